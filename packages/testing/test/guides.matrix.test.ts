import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRevocation, type Revocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import { docExamples, type RedisServer, runNode, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guideScripts, root } from './support/guide-script.ts'

const secret = 'a secret of at least thirty-two bytes'
const iat = Math.floor(Date.now() / 1_000) - 60

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
  const file = join(scripts.folder, 'shut-down.mjs')
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
    await scripts.runTwice(
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
    await scripts.runTwice('moving-from-express-jwt-blacklist.md', 'takeOver(redis)')
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
})

function sign(ids: Readonly<Record<string, string>>, lifetime: number): Promise<string> {
  const claims = { ...ids, iat: iat - 600, exp: iat + 60 + lifetime }
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret))
}

async function statuses(revocation: Revocation, ids: readonly string[]): Promise<string[]> {
  const verdicts = await Promise.all(ids.map((jti) => revocation.check({ sub: 'ada', jti, iat, exp: iat + 3_600 })))
  return verdicts.map(({ status }) => status)
}
