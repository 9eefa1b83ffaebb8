/** Logins that are on their way while all sessions of their subject are closed. */
import { randomUUID } from 'node:crypto'
import { createRevocation, type RevocationStore, TokenRevokedError } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { layeredStore } from '@revoked/store-layered'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { eventually, startFaultProxy, startRedis } from '@revoked/testing'
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

test('a login waits for a close of all whose clock is ahead, with and without a revocation', async () => {
  const [list, marks] = [memorySessions(), memoryStore()]
  const ahead = { maxTokenLifetime: '24h', now: () => Date.now() + 200 } as const
  const closing = createSessions({ store: list, revocation: createRevocation({ store: marks, ...ahead }), ...times })
  await closing.closeAll('ada')
  const revocation = createRevocation({ store: marks, maxTokenLifetime: '24h' })
  const all = [createSessions({ store: list, revocation, ...times }), createSessions({ store: list, ...times })]
  for (const session of await Promise.all(all.map((one) => one.open({ subject: 'ada' })))) {
    expect(session.openedAt).toBeLessThanOrEqual(Date.now())
    expect((await revocation.check(claimsOf(session, session.openedAt))).allowed).toBe(true)
  }
  expect(await list.count('ada')).toBe(2)
})

test('a login is refused at once if a close of all is dated far ahead', async () => {
  const list = memorySessions()
  await list.closeAll('ada', { openedUntil: Date.now() + 3_600_000 })
  const login = createSessions({ store: list, ...times }).open({ subject: 'ada' })
  await expect(login).rejects.toThrow(TokenRevokedError)
  expect(await list.count('ada')).toBe(0)
})

test('a repeated login whose session is closed before it is listed again is refused', async () => {
  const { sessions, store, clock, revocation } = setup()
  const { id } = await sessions.open({ subject: 'ada' })
  const slow = delayed(store, () => sessions.close('ada', id))
  const repeated = setup({ clock, store: slow, revocation }).sessions.open({ subject: 'ada', id })
  await expect(repeated).rejects.toThrow(TokenRevokedError)
  expect(await sessions.count('ada')).toBe(0)
})

test('a login whose check throws is closed once the list has answered', async () => {
  const list = memorySessions()
  let answer = (): void => undefined
  const slow = delayed(list, () => new Promise<void>((resolve) => (answer = resolve)))
  const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
  const check = (): never => {
    throw new Error('the check failed')
  }
  const sessions = createSessions({ store: slow, revocation: { ...revocation, check }, ...times })
  const login = sessions.open({ subject: 'ada' }).catch((error: unknown) => String(error))
  await eventually(() => answer.name !== 'answer', 'the list was asked')
  answer()
  expect(await login).toBe('Error: the check failed')
  expect(await list.count('ada')).toBe(0)
})

test('both halves of a login are sent to Redis before either is answered', async () => {
  const server = await startRedis()
  const proxy = await startFaultProxy(server.port)
  const client = new Redis({ port: proxy.port })
  const observer = new Redis({ port: server.port })
  onTestFinished(async () => {
    client.disconnect()
    observer.disconnect()
    await proxy.stop()
    await server.stop()
  })
  const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
  const sessions = createSessions({ store: redisSessions(client), revocation, ...times, maxPerSubject: 2 })
  await sessions.open({ subject: 'ada' })
  const address = /\baddr=(\S+)/.exec(String(await client.client('INFO')))?.[1]
  // ioredis fails if a command of another connection, as its own INFO, comes while this begins.
  await observer.ping()
  const monitor = await observer.monitor()
  const seen: string[] = []
  const begin = randomUUID()
  monitor.on('monitor', (_time: string, args: string[], source: string) => {
    if (args.includes(begin)) seen.length = 0
    else if (source === address) seen.push(String(args[0]).toLowerCase())
  })
  await client.echo(begin)
  proxy.halfOpen('toClient')
  const login = sessions.open({ subject: 'ada' }).catch((error: unknown) => error)
  await eventually(() => seen.length >= 2, 'the server has both')
  expect(seen).toEqual(['evalsha', expect.stringMatching(/^(mget|exists)$/)])
  monitor.disconnect()
  proxy.halfOpen('none')
  proxy.cut()
  await login
})
