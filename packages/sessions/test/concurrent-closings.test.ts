/** Logins that are on their way while all sessions of their subject are closed. */
import { randomUUID } from 'node:crypto'
import { createRevocation, type RevocationStore, TokenRevokedError } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { layeredStore } from '@revoked/store-layered'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { eventually, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { createSessions, type SessionsOptions } from '../src/index.ts'
import { claimsOf, setup } from './support/setup.ts'

interface Backend {
  readonly list: SessionStore
  /** The store that a login checks, which may be a cache. */
  readonly marks: RevocationStore
}

async function overRedis(): Promise<Backend> {
  const server = await startRedis()
  const client = new Redis({ port: server.port })
  onTestFinished(async () => {
    client.disconnect()
    await server.stop()
  })
  const prefix = randomUUID()
  return { list: redisSessions(client, { prefix }), marks: await cacheOver(redisStore(client, { prefix })) }
}

/** Returns a layered store that has learned that nothing of the subject is revoked. */
async function cacheOver(remote: Parameters<typeof layeredStore>[0]): Promise<RevocationStore> {
  const cache = layeredStore(remote)
  onTestFinished(() => cache.close())
  await eventually(() => cache.status().state === 'live', 'the cache is live')
  return cache
}

const backends: readonly (readonly [string, () => Backend | Promise<Backend>])[] = [
  ['memory', () => ({ list: memorySessions(), marks: memoryStore() })],
  ['a layered store over memory', async () => ({ list: memorySessions(), marks: await cacheOver(memoryStore()) })],
  ['a layered store over Redis', overRedis],
]

const times = { idleTimeout: '30m', absoluteLifetime: '30d' } as const

/** Returns a list whose `open`s arrive after something else has happened. */
const delayed = (list: SessionStore, first: () => Promise<unknown>): SessionStore => ({
  ...list,
  open: async (session, limit) => {
    await first()
    return await list.open(session, limit)
  },
})

/** Logs in while all sessions are closed by another instance, and returns what is wrong then. */
async function loginDuringClose({ list, marks }: Backend, options: Partial<SessionsOptions<unknown>> = {}) {
  const revocation = createRevocation({ store: marks, maxTokenLifetime: '24h' })
  const other = createSessions({ store: list, revocation, ...times })
  let closings = 0
  const slow = delayed(list, async () => {
    if (closings++ === 0) await other.closeAll('ada')
  })
  const sessions = createSessions({ store: slow, revocation, ...times, ...options })
  const session = await sessions.open({ subject: 'ada' })
  const { allowed } = await revocation.check(claimsOf(session, session.openedAt))
  return { opens: closings, allowed, listed: (await list.list('ada')).map(({ id }) => id), id: session.id }
}

for (const [name, open] of backends) {
  test.each([{}, { maxPerSubject: 1 }, { maxPerSubject: 1, onFull: 'close-least-used' }] as const)(
    `a login that arrives after a close of all is dated after it: ${name}, %o`,
    async (options) => {
      const { id, ...state } = await loginDuringClose(await open(), options)
      expect(state).toEqual({ opens: 2, allowed: true, listed: [id] })
    },
  )
}

test('a list that forgets when it was closed shows a login that is refused', async () => {
  const list = memorySessions()
  const forgetful: SessionStore = {
    ...list,
    closeAll: async (subject) => {
      const open = await list.list(subject)
      return await list.close(
        subject,
        open.map(({ id }) => id),
      )
    },
  }
  const { id, ...state } = await loginDuringClose({ list: forgetful, marks: memoryStore() })
  expect(state).toEqual({ opens: 1, allowed: false, listed: [id] })
})

test('a login is given up if all sessions are closed again and again', async () => {
  const { sessions, store, clock, revocation } = setup()
  const slow = delayed(store, async () => {
    clock.advance(1)
    await sessions.closeAll('ada')
  })
  const login = setup({ clock, store: slow, revocation }).sessions.open({ subject: 'ada' })
  await expect(login).rejects.toThrow(TokenRevokedError)
  expect(await sessions.count('ada')).toBe(0)
})

test('a login sends its check before the list answers, and after the session', async () => {
  const { store, marks, clock } = setup()
  const sent: string[] = []
  const list: SessionStore = {
    ...store,
    open: async (session, limit) => {
      sent.push('open')
      await eventually(() => sent.length === 2, 'the check was sent')
      return await store.open(session, limit)
    },
  }
  const checked: RevocationStore = {
    ...marks,
    find: (keys, at) => {
      sent.push('check')
      return marks.find(keys, at)
    },
  }
  await setup({ clock, store: list, marks: checked }).sessions.open({ subject: 'ada' })
  expect(sent).toEqual(['open', 'check'])
})
