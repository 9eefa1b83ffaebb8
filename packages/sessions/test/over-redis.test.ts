/** Sessions and revocations in a real server that dies between two calls. */
import { randomUUID } from 'node:crypto'
import { createRevocation } from '@revoked/core'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSessionId, createSessions, type Session } from '../src/index.ts'
import { claimsOf } from './support/setup.ts'

let server: RedisServer
let client: Redis
beforeAll(async () => {
  server = await startRedis()
  client = await connect()
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

async function connect(): Promise<Redis> {
  const { port } = server
  const connected = new Redis({ port, enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: () => 20 })
  connected.on('error', () => undefined)
  await eventually(() => connected.status === 'ready', 'the client is connected')
  return connected
}

type Limits = Pick<Parameters<typeof createSessions>[0], 'maxPerSubject' | 'onFull'>

function open(limits: Limits = {}, prefix = randomUUID()) {
  // A thousand logins at once are more than a second of work for a busy machine.
  const options = { maxTokenLifetime: '24h', timeout: '10s' } as const
  const revocation = createRevocation({ store: redisStore(client, { prefix }), ...options })
  const store = redisSessions(client, { prefix })
  return { prefix, revocation, store, sessions: createSessions({ store, revocation, ...times, ...limits }) }
}

/** Starts the server again after a crash, with what it had saved. */
async function restart(): Promise<void> {
  await server.restart({ keepsData: true })
  // Its status may be that of the connection before, whose end it has not noticed yet.
  await eventually(async () => (await client.ping()) === 'PONG', 'the client is connected again')
}

const times = { idleTimeout: '30m', absoluteLifetime: '30d', timeout: '10s' } as const

async function stateOf({ sessions, revocation }: ReturnType<typeof open>, session: Session<unknown>) {
  const isListed = (await sessions.get(session.subject, session.id)) !== undefined
  return { isListed, isAccepted: (await revocation.check(claimsOf(session, Date.now()))).allowed }
}

test('of 50 concurrent logins exactly three are open and pass, whichever are closed for others', async () => {
  const instances = open({ maxPerSubject: 3, onFull: 'close-least-used' })
  const fifty = Array.from({ length: 50 }, () => instances.sessions.open({ subject: 'ada' }))
  const opened = (await Promise.allSettled(fifty)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  expect(await instances.sessions.count('ada')).toBe(3)
  const states = await Promise.all(opened.map((session) => stateOf(instances, session)))
  expect(states.filter(({ isListed }) => isListed)).toHaveLength(3)
  for (const { isListed, isAccepted } of states) expect(isAccepted).toBe(isListed)
}, 30_000)

test('a login passes an allowlist that answers before the session is listed', async () => {
  const prefix = randomUUID()
  const store = redisSessions(client, { prefix })
  const marks = redisStore(client, { prefix })
  const revocation = createRevocation({ store: marks, maxTokenLifetime: '24h', allowlist: { sessions: store } })
  const sessions = createSessions({ store, revocation, ...times })
  // A server that does not know the script of a login is sent it again, after the check was sent.
  await client.script('FLUSH')
  const session = await sessions.open({ subject: 'ada' })
  expect(await stateOf({ prefix, store, revocation, sessions }, session)).toEqual({ isListed: true, isAccepted: true })
  expect(await revocation.check({ ...claimsOf(session, Date.now()), sid: 'made-up' })).toMatchObject({
    reason: 'not_listed',
  })
})

test('lost data lets all back in without an allowlist, and logs all out with one', async () => {
  const { prefix, store, sessions, revocation: denylist } = open()
  const both = createRevocation({
    store: redisStore(client, { prefix }),
    maxTokenLifetime: '24h',
    allowlist: { sessions: store },
  })
  const [closed, kept] = [await sessions.open({ subject: 'ada' }), await sessions.open({ subject: 'ada' })]
  await sessions.close('ada', closed.id)
  const allowed = async (session: Session<unknown>) => {
    const verdicts = [denylist, both].map((revocation) => revocation.check(claimsOf(session, Date.now())))
    return (await Promise.all(verdicts)).map((verdict) => verdict.allowed)
  }
  expect([await allowed(closed), await allowed(kept)]).toEqual([
    [false, false],
    [true, true],
  ])
  await client.flushall()
  expect([await allowed(closed), await allowed(kept)]).toEqual([
    [true, false],
    [true, false],
  ])
})

type Instances = ReturnType<typeof open>

/** Saves, and dies before a call of the list of sessions. */
async function die(): Promise<void> {
  await server.command('SAVE')
  server.kill('SIGKILL')
}

/** Returns the state of a session after a crash in the middle of its close, and after a retry. */
async function statesAfterCrash(
  close: (whole: Instances, subject: string, id: string) => Promise<unknown>,
): Promise<readonly [crashed: Awaited<ReturnType<typeof stateOf>>, retried: Awaited<ReturnType<typeof stateOf>>]> {
  const whole = open()
  const [one, two] = [await whole.sessions.open({ subject: 'ada' }), await whole.sessions.open({ subject: 'ada' })]
  await expect(close(whole, 'ada', one.id)).rejects.toThrow()
  await restart()
  const crashed = await stateOf(whole, one)
  await whole.sessions.close('ada', one.id)
  expect(await stateOf(whole, two)).toEqual({ isListed: true, isAccepted: true })
  return [crashed, await stateOf(whole, one)]
}

const closed = { isListed: false, isAccepted: false }

test('a server that dies between the halves of a close leaves it refused, and a retry completes it', async () => {
  const states = await statesAfterCrash(async ({ store, revocation }, subject, id) => {
    const close: typeof store.close = async (...given) => {
      await die()
      return await store.close(...given)
    }
    await createSessions({ store: { ...store, close }, revocation, ...times }).close(subject, id)
  })
  expect(states).toEqual([{ isListed: true, isAccepted: false }, closed])
}, 30_000)

test('a close that changes the list first is found by the same crash', async () => {
  const [crashed] = await statesAfterCrash(async ({ store, revocation }, subject, id) => {
    await store.close(subject, [id])
    await die()
    await revocation.revoke({ session: id })
  })
  expect(crashed).toEqual({ isListed: false, isAccepted: true })
}, 30_000)

/** Returns how many sessions are listed for how many logins, after a crash and a repetition. */
async function sessionsAfterCrash(idOf: (attempt: 'first' | 'second', place: number) => string | undefined) {
  const { prefix, store, revocation } = open()
  let calls = 0
  const dying: typeof store = {
    ...store,
    open: (session, limit) => {
      if (++calls === 500) server.kill('SIGKILL')
      return store.open(session, limit)
    },
  }
  const interrupted = createSessions({ store: dying, revocation, ...times })
  const logIn = (by: Instances['sessions'], attempt: 'first' | 'second', place: number): Promise<unknown> => {
    const id = idOf(attempt, place)
    return by.open({ subject: 'ada', ...(id !== undefined && { id }) })
  }
  const places = Array.from({ length: 1_000 }, (_, place) => place)
  await Promise.all(places.slice(0, 10).map((place) => logIn(interrupted, 'first', place)))
  await server.command('SAVE')
  const results = await Promise.allSettled(places.map((place) => logIn(interrupted, 'first', place)))
  expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0)
  await restart()
  // The calls that were interrupted may still be repeated over the first connection.
  client.disconnect()
  client = await connect()
  const { sessions } = open({}, prefix)
  // Without an append-only file, a crash also loses what was answered after the last save.
  await Promise.all(places.map((place) => logIn(sessions, 'second', place)))
  return (await sessions.list('ada')).map(({ id }) => id)
}

test('logins that a crash interrupts are repeated with their ids, and are one session each', async () => {
  const ids = await Promise.all(Array.from({ length: 1_000 }, () => createSessionId('ada')))
  const listed = await sessionsAfterCrash((_, place) => ids[place])
  expect(listed.toSorted()).toEqual(ids.toSorted())
}, 30_000)

test('logins that are repeated without their ids are found: some are two sessions', async () => {
  expect((await sessionsAfterCrash(() => undefined)).length).toBeGreaterThan(1_000)
}, 30_000)
