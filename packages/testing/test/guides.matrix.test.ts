import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRevocation, type Revocation } from '@revoked/core'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { docExamples, type RedisServer, runNode, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = mkdtempSync(join(root, 'node_modules', '.guides-'))
const secret = 'a secret of at least thirty-two bytes'
const iat = Math.floor(Date.now() / 1_000) - 60

let server: RedisServer
let client: Redis

beforeAll(async () => {
  server = await startRedis()
  client = new Redis(server.url)
}, 60_000)
afterAll(async () => {
  client.disconnect()
  await server.stop()
  rmSync(folder, { recursive: true })
})

test('the shutdown of the guide ends open streams and WebSockets, and then the process', async () => {
  const example = docExamples(root).find(({ code }) => code.includes('shutDown('))
  const lines = [
    "import { createServer } from 'node:http'",
    example?.code,
    'const order = []',
    "const server = createServer((_, response) => void response.write('data: hello')).listen(0)",
    "await new Promise((resolve) => server.once('listening', resolve))",
    "const stream = await fetch('http://localhost:' + server.address().port)",
    "const ended = stream.text().catch(() => order.push('stream'))",
    "const sockets = [{ terminate: () => order.push('socket') }]",
    "const store = { close: async () => order.push('store') }",
    "const client = { disconnect: () => order.push('client') }",
    'await shutDown({ server, sockets, store, client }, 50)',
    'await ended',
    "console.log(order.sort().join(' '), order.length)",
  ]
  const file = join(folder, 'shut-down.mjs')
  writeFileSync(file, lines.join('\n'))
  const { exitCode, output } = await runNode([file], root)
  expect(output).toContain('client socket store stream 4')
  expect(exitCode).toBe(0)
})

describe('the migration of the guides', () => {
  test('from a denylist of tokens in Redis', { timeout: 60_000 }, async () => {
    const tokens = await Promise.all([
      sign({ sub: 'ada', jti: 'a' }, 3_600),
      sign({ sub: 'ada', jti: 'b' }, 3_600),
      sign({ sub: 'ada', jti: 'expired' }, -600),
      sign({ sub: 'without jti' }, 3_600),
      sign({}, 3_600),
    ])
    await client.mset([...tokens, 'no token'].flatMap((token) => [`blacklist:${token}`, '1']))
    await runGuide(
      'moving-from-jsonwebtoken-and-redis.md',
      `takeOver(redis, ${JSON.stringify(secret)}).then((count) => console.log('left out', count))`,
      'left out 1\n',
    )
    const revocation = createRevocation({
      store: redisStore(client),
      maxTokenLifetime: '24h',
      identify: ({ sub, iat }) => (sub === undefined ? undefined : `${sub} ${iat}`),
    })
    const unnamed = { sub: 'without jti', iat: iat - 600, exp: iat + 3_660 }
    expect(await revocation.check(unnamed)).toMatchObject({ status: 'revoked', by: 'jti' })
    expect(await statuses(revocation, ['a', 'b', 'c'])).toEqual(['revoked', 'revoked', 'active'])
    await client.flushall()
  })

  test('from the hashes of express-jwt-blacklist', { timeout: 60_000 }, async () => {
    await client.hset('jwt-blacklist:ada', { revoke: `${iat - 20},${iat}` })
    await client.hset('jwt-blacklist:ben', { revoke: String(iat - 20), purge: String(iat - 10) })
    await runGuide('moving-from-express-jwt-blacklist.md', 'takeOver(redis)')
    const revocation = createRevocation({
      store: redisStore(client),
      maxTokenLifetime: '24h',
      identify: ({ sub, iat }) => (sub === undefined ? undefined : `${sub} ${iat}`),
    })
    const check = async (sub: string, issued: number): Promise<boolean> =>
      revocation.isRevoked({ sub, iat: issued, exp: iat + 3_600 })
    const ada = [iat - 21, iat - 20, iat, iat + 1].map((issued) => check('ada', issued))
    expect(await Promise.all(ada)).toEqual([false, true, true, false])
    const ben = [iat - 21, iat - 20, iat - 10, iat - 9].map((issued) => check('ben', issued))
    expect(await Promise.all(ben)).toEqual([true, true, true, false])
    await client.flushall()
  })

  test('from the labels of jwt-redis', { timeout: 60_000 }, async () => {
    // As `sign` of jwt-redis 7.0.3 stores them: until `exp`, and for ever without it.
    await client.set('jwt_label:ada-1', 'true', 'EX', 3_600)
    await client.set('jwt_label:ada-2', 'true', 'EX', 60)
    await client.set('jwt_label:xQ3vK09aZb', 'true', 'EX', 60)
    await client.set('jwt_label:ada-endless', 'true')
    const call = "takeOver(redis, (jti) => (jti.startsWith('ada') ? 'ada' : undefined)).then(console.log)"
    await runGuide('moving-from-jwt-redis.md', call, '{ moved: 2, skipped: 2 }\n')
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
    const call = 'takeOver(redis).then(console.log)'
    await runGuide('moving-from-a-sorted-set-per-user.md', call, '{ moved: 3, skipped: 1 }\n')
    expect(await remainingMinutes('ada')).toEqual({ a: 60, b: 10 })
    expect(await remainingMinutes('b:{e}n')).toEqual({ a: 1 })
    expect(await client.zrange('tokens:ada', '0', '-1')).toEqual(['expired'])
    await client.flushall()
  })

  test('from express-session with connect-redis and Passport', { timeout: 60_000 }, async () => {
    // As connect-redis 9.0.0 stores what `req.logIn` of Passport 0.7.0 saves.
    const store = (id: string, fields: object, seconds: number): Promise<'OK'> => {
      const expires = new Date(Date.now() + seconds * 1_000)
      const cookie = { originalMaxAge: seconds * 1_000, expires, httpOnly: true, path: '/' }
      return client.set(`sess:${id}`, JSON.stringify({ cookie, ...fields }), 'EX', seconds)
    }
    await store('phone', { passport: { user: 'ada' }, cart: [1] }, 3_600)
    await store('laptop', { passport: { user: 'ada' } }, 60)
    await store('number', { passport: { user: 7 } }, 60)
    await store('guest', { cart: [1] }, 60)
    await store('logged-out', { passport: {} }, 60)
    await client.set('sess:not-json', 'not JSON', 'EX', 60)
    const call = 'takeOver(redis, () => {}).then(console.log)'
    await runGuide('moving-from-express-session.md', call, '{ moved: 3, skipped: 3 }\n')
    expect(await remainingMinutes('ada')).toEqual({ phone: 60, laptop: 1 })
    expect(await remainingMinutes('7')).toEqual({ number: 1 })
    expect((await client.keys('sess:*')).sort()).toEqual(['sess:guest', 'sess:logged-out', 'sess:not-json'])
    await client.flushall()
  })
})

/**
 * Runs the example of the guide that has a function `takeOver`, twice: the second time must change
 * nothing.
 */
async function runGuide(guide: string, call: string, prints = ''): Promise<void> {
  const example = docExamples(root).find(({ place, code }) => place.includes(guide) && code.includes('takeOver'))
  const lines = [
    example?.code,
    `const redis = new Redis('${server.url}')`,
    `await ${call}`,
    'const keys = await redis.dbsize()',
    `await ${call}`,
    'console.log("changed", (await redis.dbsize()) - keys)',
    'redis.disconnect()',
  ]
  const file = join(folder, `${guide}.mts`)
  writeFileSync(file, lines.join('\n'))
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { customConditions: [], types: ['node'] },
    files: [file],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  expect(await runNode([compiler, '--project', folder], root, 60_000)).toEqual({ exitCode: 0, output: '' })
  const { exitCode, output } = await runNode([file.replace(/\.mts$/, '.mjs')], root)
  expect(output).toContain('changed 0\n')
  expect(output).toContain(prints)
  expect(exitCode).toBe(0)
}

/** Returns how long each session of a subject lasts from its move on, in minutes, rounded up. */
async function remainingMinutes(subject: string): Promise<Record<string, number>> {
  const listed = await redisSessions(client).list(subject)
  return Object.fromEntries(listed.map(({ id, openedAt, endsAt }) => [id, Math.ceil((endsAt - openedAt) / 60_000)]))
}

function sign(ids: Readonly<Record<string, string>>, lifetime: number): Promise<string> {
  const claims = { ...ids, iat: iat - 600, exp: iat + 60 + lifetime }
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret))
}

async function statuses(revocation: Revocation, ids: readonly string[]): Promise<string[]> {
  const verdicts = await Promise.all(ids.map((jti) => revocation.check({ sub: 'ada', jti, iat, exp: iat + 3_600 })))
  return verdicts.map(({ status }) => status)
}
