/** The guides that move lists of valid tokens and sessions, on real data of each scheme. */
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createRevocation } from '@revoked/core'
import { createSessions } from '@revoked/sessions'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { docExamples, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { guideScripts, root } from './support/guide-script.ts'

let server: RedisServer
let client: Redis
const scripts = guideScripts(() => server.url)

beforeAll(async () => {
  server = await startRedis()
  client = new Redis(server.url)
}, 60_000)
afterAll(async () => {
  client.disconnect()
  await server.stop()
  scripts.remove()
})

describe('the migration of the guides', () => {
  test('from the labels of jwt-redis', { timeout: 60_000 }, async () => {
    // As `sign` of jwt-redis 7.0.3 stores them: until `exp`, and for ever without it.
    await client.set('jwt_label:ada-1', 'true', 'EX', 3_600)
    await client.set('jwt_label:ada-2', 'true', 'EX', 60)
    await client.set('jwt_label:xQ3vK09aZb', 'true', 'EX', 60)
    await client.set('jwt_label:ada-endless', 'true')
    await scripts.runTwice('moving-from-jwt-redis.md', callOf(labels), '{ moved: 2, closed: 0, skipped: 2 }\n')
    expect(await remainingMinutes('ada')).toEqual({ 'ada-1': 60, 'ada-2': 1 })
    const allowlist = { sessions: redisSessions(client), by: 'jti' } as const
    const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h', allowlist })
    expect(await statuses(revocation, ['ada-1', 'ada-2', 'xQ3vK09aZb'])).toEqual(['active', 'active', 'revoked'])
    expect((await client.keys('jwt_label:*')).sort()).toEqual(['jwt_label:ada-endless', 'jwt_label:xQ3vK09aZb'])
    await client.flushall()
  })

  test('from a sorted set per user', { timeout: 60_000 }, async () => {
    const now = Math.floor(Date.now() / 1_000)
    await client.zadd('tokens:ada', now + 3_600, 'a', now - 60, 'expired', now + 600, 'b')
    await client.zadd('tokens:b:{e}n', now + 60, 'a')
    await scripts.runTwice(
      'moving-from-a-sorted-set-per-user.md',
      callOf(sets),
      '{ moved: 3, closed: 0, skipped: 1 }\n',
    )
    expect(await remainingMinutes('ada')).toEqual({ a: 60, b: 10 })
    expect(await remainingMinutes('b:{e}n')).toEqual({ a: 1 })
    expect(await client.zrange('tokens:ada', '0', '-1')).toEqual(['expired'])
    await client.flushall()
  })

  test('from express-session with connect-redis and Passport', { timeout: 60_000 }, async () => {
    await storeCookieSession('phone', { passport: { user: 'ada' }, cart: [1] }, 3_600)
    await storeCookieSession('laptop', { passport: { user: 'ada' } }, 60)
    await storeCookieSession('number', { passport: { user: 7 } }, 60)
    await storeCookieSession('guest', { cart: [1] }, 60)
    await storeCookieSession('logged-out', { passport: {} }, 60)
    await client.set('sess:not-json', 'not JSON', 'EX', 60)
    await scripts.runTwice('moving-from-express-session.md', callOf(cookies), '{ moved: 3, closed: 0, skipped: 3 }\n')
    expect(await remainingMinutes('ada')).toEqual({ phone: 60, laptop: 1 })
    expect(await remainingMinutes('7')).toEqual({ number: 1 })
    expect((await client.keys('sess:*')).sort()).toEqual(['sess:guest', 'sess:logged-out', 'sess:not-json'])
    await exchangesCookies()
    await client.flushall()
  })
})

/** What a guide moves: its old records, and how its script is called. */
interface Scheme {
  readonly guide: string
  readonly by: 'sid' | 'jti'
  /** Further arguments of `takeOver`. */
  readonly more: string
  /** Stores a session of `ada` with this id, for an hour. */
  readonly store: (id: string) => Promise<unknown>
  /** Returns the number of old records. */
  readonly left: () => Promise<number>
}

const labels: Scheme = {
  guide: 'moving-from-jwt-redis.md',
  by: 'jti',
  more: "subjectOf: (jti) => (jti.startsWith('ada') ? 'ada' : undefined)",
  store: (id) => client.set(`jwt_label:ada${id}`, 'true', 'EX', 3_600),
  left: async () => (await client.keys('jwt_label:*')).length,
}

const sets: Scheme = {
  guide: 'moving-from-a-sorted-set-per-user.md',
  by: 'jti',
  more: '',
  store: (id) => client.zadd('tokens:ada', Date.now() / 1_000 + 3_600, `ada${id}`),
  left: () => client.zcard('tokens:ada'),
}

const cookies: Scheme = {
  guide: 'moving-from-express-session.md',
  by: 'sid',
  more: '',
  store: (id) => storeCookieSession(`ada${id}`, { passport: { user: 'ada' } }, 3_600),
  left: async () => (await client.keys('sess:*')).length,
}

const since = Date.now() - 3_600_000
const iat = Math.floor(Date.now() / 1_000) - 60

/** Returns lines that make the sessions of the new code. */
const setUp = ({ by }: Scheme): string => `
  const core = await import('@revoked/core')
  const own = await import('@revoked/store-redis')
  const { createSessions } = await import('@revoked/sessions')
  const revocation = core.createRevocation({ store: own.redisStore(redis), maxTokenLifetime: '24h' })
  const store = own.redisSessions(redis)
  const sessions = createSessions({ store, revocation, by: '${by}', idleTimeout: '1d', absoluteLifetime: '30d' })`

/** Returns a call of the script, which prints its count. */
const callOf = (scheme: Scheme): string =>
  `(async () => {${setUp(scheme)}
  const count = await takeOver({ redis, sessions, since: ${since}, ${scheme.more} })
  console.log(count) })()`

/** Stores what connect-redis 9.0.0 does, of what `req.logIn` of Passport 0.7.0 saves. */
function storeCookieSession(id: string, fields: object, seconds: number): Promise<'OK'> {
  const expires = new Date(Date.now() + seconds * 1_000)
  const cookie = { originalMaxAge: seconds * 1_000, expires, httpOnly: true, path: '/' }
  return client.set(`sess:${id}`, JSON.stringify({ cookie, ...fields }), 'EX', seconds)
}

/** Returns the sessions of the new code, as the script has them. */
function sessionsOf({ by }: Scheme) {
  const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
  const times = { idleTimeout: '1d', absoluteLifetime: '30d' } as const
  return { revocation, sessions: createSessions({ store: redisSessions(client), revocation, by, ...times }) }
}

/** Returns what express-session signs with `cookie-signature`. */
const signed = (id: string, secret: string): string =>
  `${id}.${createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')}`

/** Exchanges cookies of the sessions that were moved, by the example of the guide. */
async function exchangesCookies(): Promise<void> {
  const example = docExamples(root).find(({ code }) => code.includes('function exchange('))
  const file = join(scripts.folder, 'exchange.mjs')
  writeFileSync(file, example?.code ?? '')
  const { exchange } = (await import(pathToFileURL(file).href)) as {
    exchange: (cookie: string, by: object) => Promise<unknown>
  }
  const { sessions } = sessionsOf(cookies)
  const by = { redis: client, secret: 'cookie secret', sessions, issue: async (claims: object) => claims }
  const cookieOf = (id: string): string => `s:${signed(id, 'cookie secret')}`
  const session_at = since / 1_000
  expect(await exchange(cookieOf('phone'), by)).toEqual({ sub: 'ada', sid: 'phone', session_at })
  expect(await exchange(cookieOf('number'), by)).toEqual({ sub: '7', sid: 'number', session_at })
  for (const cookie of [cookieOf('guest'), 'phone', 's:phone', `${cookieOf('phone')}x`, `s:${signed('phone', 'no')}`])
    expect(await exchange(cookie, by)).toBeUndefined()
  await sessions.close('ada', 'phone')
  expect(await exchange(cookieOf('phone'), by)).toBeUndefined()
}

describe('a script that is killed at any of its commands, and run again,', () => {
  test.each([
    ['labels', labels],
    ['sorted sets', sets],
    ['cookies', cookies],
  ])('lists no session again that was closed meanwhile: %s', { timeout: 280_000 }, async (_, scheme) => {
    const script = await scripts.compile(scheme.guide)
    const again = scripts.load(script, callOf(scheme))
    onTestFinished(again.end)
    const { sessions, revocation } = sessionsOf(scheme)
    let kills = 0
    for (let command = 1; ; command++) {
      await client.flushall()
      for (const id of ['1', '2', '3']) await scheme.store(id)
      const { exitCode } = await scripts.run(script, killedAt(command, callOf(scheme)))
      if (exitCode === 0) break
      kills++
      // Everything that is listed so far is closed, each in another way, and one that is not, too.
      const [one, two] = (await sessions.list('ada')).map(({ id }) => id)
      if (one !== undefined) await sessions.close('ada', one)
      if (two !== undefined) await sessions.closeAll('ada')
      const waiting = ['ada1', 'ada2', 'ada3'].find((id) => id !== one && id !== two)
      if (two === undefined && waiting !== undefined)
        await revocation.revoke(scheme.by === 'jti' ? { jti: waiting } : { session: waiting })
      await again.call()
      const expected = ['ada1', 'ada2', 'ada3'].filter((id) => two === undefined && id !== one && id !== waiting)
      expect((await sessions.list('ada')).map(({ id }) => id).sort(), `killed at command ${command}`).toEqual(expected)
      expect(await scheme.left()).toBe(0)
    }
    expect(kills).toBeGreaterThan(10)
  })
})

/** Returns a call in which the process is killed before a command is sent. */
const killedAt = (command: number, call: string): string => `(() => {
  let commands = 0
  const send = redis.sendCommand.bind(redis)
  redis.sendCommand = (...given) => {
    if (++commands === ${command}) process.kill(process.pid, 'SIGKILL')
    return send(...given)
  }
  return ${call} })()`

/** Returns how long each session of a subject lasts from its move on, in minutes, rounded up. */
async function remainingMinutes(subject: string): Promise<Record<string, number>> {
  const listed = await redisSessions(client).list(subject)
  return Object.fromEntries(listed.map(({ id, usedAt, endsAt }) => [id, Math.ceil((endsAt - usedAt) / 60_000)]))
}

async function statuses(
  revocation: Pick<ReturnType<typeof createRevocation>, 'check'>,
  ids: readonly string[],
): Promise<string[]> {
  const verdicts = await Promise.all(ids.map((jti) => revocation.check({ sub: 'ada', jti, iat, exp: iat + 3_600 })))
  return verdicts.map(({ status }) => status)
}
