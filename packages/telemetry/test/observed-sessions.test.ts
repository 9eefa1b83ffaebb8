import { createRevocation } from '@revoked/core'
import { createSessions } from '@revoked/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { beginTransaction } from '@revoked/testing/simulated-transaction'
import { withSessionTransactions } from '@revoked/testing/transactional-sessions'
import { withTransactions } from '@revoked/testing/transactional-store'
import { expect, test } from 'vitest'
import { type ObservedSessionsOptions, observedRevocation, observedSessions } from '../src/index.ts'
import { startSdk } from './support/start-sdk.ts'

const times = { idleTimeout: '30m', absoluteLifetime: '30d' } as const

function setup(options: ObservedSessionsOptions = {}, maxPerSubject = 5) {
  const sdk = startSdk()
  const kept = memorySessions()
  const store = withSessionTransactions(kept, memorySessions)
  const revocation = createRevocation({ store: withTransactions(memoryStore()), maxTokenLifetime: '1h' })
  const sessions = createSessions({ store, revocation, ...times, maxPerSubject, readDevice: String })
  return { sdk, kept, sessions: observedSessions(sessions, { ...sdk.into, ...options }) }
}

test('counts what is opened and closed, by reason', async () => {
  const { sdk, sessions } = setup({ reasons: ['device_lost'] })
  const [first] = await Promise.all([1, 2, 3].map(() => sessions.open({ subject: 'alice', device: 'Laptop' })))
  expect(await sessions.close('alice', first?.id ?? '', { reason: 'device_lost' })).toBe(true)
  expect(await sessions.close('alice', first?.id ?? '')).toBe(false)
  expect((await sessions.closeAll('alice')).closed).toHaveLength(2)
  expect(await sdk.count('revoked.session.opened')).toBe(3)
  expect(await sdk.points('revoked.session.closed')).toEqual([
    { attributes: { 'revoked.reason': 'device_lost' }, value: 1 },
    { attributes: { 'revoked.reason': 'none' }, value: 2 },
  ])
  expect(sdk.spans()).toHaveLength(6)
  expect(await sessions.list('alice')).toEqual([])
})

test('counts logins that are refused, by code', async () => {
  const { sdk, sessions } = setup({}, 1)
  await sessions.open({ subject: 'alice' })
  await expect(sessions.open({ subject: 'alice' })).rejects.toMatchObject({ code: 'ERR_TOO_MANY_SESSIONS' })
  const attributes = { 'revoked.operation': 'open', 'error.type': 'ERR_TOO_MANY_SESSIONS' }
  expect(await sdk.count('revoked.session.failures', attributes)).toBe(1)
  expect(await sdk.count('revoked.session.opened')).toBe(1)
})

test('counts what a login closes over the limit as revocations', async () => {
  const sdk = startSdk()
  const revocation = observedRevocation(createRevocation({ store: memoryStore(), maxTokenLifetime: '1h' }), sdk.into)
  const limits = { ...times, maxPerSubject: 1, onFull: 'close-least-used' } as const
  const sessions = observedSessions(createSessions({ store: memorySessions(), revocation, ...limits }), sdk.into)
  await sessions.open({ subject: 'alice' })
  await sessions.open({ subject: 'alice' })
  expect(await sdk.count('revoked.revocations', { 'revoked.reason': 'too_many_sessions' })).toBe(1)
  expect(await sdk.count('revoked.session.opened')).toBe(2)
  expect(await sdk.points('revoked.session.closed')).toEqual([])
})

test('a dry run closes no session, and none that has failed', async () => {
  const { sdk, sessions } = setup()
  await sessions.open({ subject: 'alice' })
  expect((await sessions.closeAll('alice', { dryRun: true })).closed).toHaveLength(1)
  await expect(sessions.closeAll('', { dryRun: true })).rejects.toThrow(RangeError)
  expect(await sdk.points('revoked.session.closed')).toEqual([])
  expect(await sdk.points('revoked.session.failures')).toEqual([])
})

test('counts what a transaction opens and closes once it is committed', async () => {
  const { sdk, sessions } = setup()
  const transaction = beginTransaction()
  const inside = sessions.within(transaction)
  const { id } = await inside.open({ subject: 'alice' })
  await inside.open({ subject: 'alice' })
  await inside.close('alice', id)
  expect(await sdk.count('revoked.session.opened')).toBe(0)
  await transaction.commit()
  await inside.afterCommit()
  expect(await sdk.count('revoked.session.opened')).toBe(2)
  expect(await sdk.count('revoked.session.closed')).toBe(1)
})

test('reports how many sessions are open, as the store counts them', async () => {
  const { kept } = setup()
  const { sdk, sessions } = setup({ countOpen: () => kept.size + 7 })
  await sessions.open({ subject: 'alice' })
  expect(await sdk.count('revoked.session.open')).toBe(7)
})

test('leaves the number of open sessions out if it cannot be counted', async () => {
  const { sdk } = setup({ countOpen: () => Promise.reject(new Error('connect redis://alice:secret@10.0.0.1')) })
  expect(await sdk.points('revoked.session.open')).toEqual([])
})

test.each([
  ['what are no sessions', () => observedSessions({} as never), /must come from createSessions/],
  ['what cannot count', () => setup({ countOpen: 7 as never }), /countOpen must be a function/],
])('refuses %s', (_, observe, message) => {
  expect(observe).toThrow(message)
})
