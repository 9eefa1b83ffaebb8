import diagnostics from 'node:diagnostics_channel'
import { createRevocation } from '@revoked/core'
import { createSessions } from '@revoked/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { channelOf } from '../src/channels.ts'
import { observedRevocation, observedSessions, observedStore } from '../src/index.ts'
import { someClaims } from './support/claims.ts'
import { startSdk } from './support/start-sdk.ts'

afterEach(() => void vi.unstubAllGlobals())

/** Collects what is published on a channel during a test. */
function messagesOf(name: string): unknown[] {
  const messages: unknown[] = []
  const listen = (message: unknown) => void messages.push(message)
  diagnostics.subscribe(name, listen)
  onTestFinished(() => void diagnostics.unsubscribe(name, listen))
  return messages
}

test('checks, revocations, calls of stores and sessions are published for agents', async () => {
  const { into } = startSdk()
  const [checks, revocations, calls, changes] = ['check', 'revocation', 'store', 'session'].map((kind) =>
    messagesOf(`revoked:${kind}`),
  )
  const store = observedStore(memoryStore(), into)
  const revocation = observedRevocation(createRevocation({ store, maxTokenLifetime: '1h' }), into)
  const times = { idleTimeout: '30m', absoluteLifetime: '30d' } as const
  const sessions = observedSessions(createSessions({ store: memorySessions(), revocation, ...times }), into)
  await revocation.check(someClaims())
  await revocation.revoke({ subject: 'alice' })
  await revocation.check(someClaims())
  await revocation.once('nonce', { until: Date.now() + 60_000 })
  const { id } = await sessions.open({ subject: 'bob' })
  await sessions.close('bob', id)
  expect(checks?.slice(0, 2)).toEqual([
    { 'revoked.verdict': 'active' },
    { 'revoked.verdict': 'revoked', 'revoked.scope': 'sub' },
  ])
  expect(revocations?.[0]).toEqual({
    'revoked.operation': 'revoke',
    'revoked.target': 'subject',
    'revoked.changed': true,
    'revoked.reason': 'none',
    'revoked.count': 1,
  })
  expect(revocations?.[1]).toEqual({ 'revoked.operation': 'once', 'revoked.first': true, 'revoked.count': 1 })
  expect(calls).toContainEqual({
    'revoked.store.name': 'store',
    'revoked.store.operation': 'record',
    'revoked.store.operation.duration': expect.any(Number),
  })
  expect(changes).toEqual([
    { 'revoked.operation': 'open' },
    { 'revoked.operation': 'close', 'revoked.reason': 'none', 'revoked.count': 1 },
  ])
})

test.each([
  ['has no process', undefined],
  ['cannot load modules by name', {}],
  ['has no such module', { getBuiltinModule: () => undefined }],
])('a runtime that %s has channels without subscribers', (_, process) => {
  vi.stubGlobal('process', process)
  const channel = channelOf('revoked:check')
  channel.publish({})
  expect(channel.hasSubscribers).toBe(false)
})
