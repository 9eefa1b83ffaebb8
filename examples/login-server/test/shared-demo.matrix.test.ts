import { type RedisServer, startRedis } from '@revoked/testing'
import { expect, onTestFinished, test } from 'vitest'
import type { LocatedServer } from '../src/located-server.ts'
import { serverOutage } from '../src/server-outage.ts'
import { startServerProcess } from '../src/start-server-process.ts'
import { runStory } from '../src/story.ts'
import { requestsIn } from './requests-in.ts'
import { expectAllGone, isAlive, listens, signalGroup, startedBy, startProgram } from './run-program.ts'

async function openRedis(...args: string[]): Promise<RedisServer> {
  const server = await startRedis({ args })
  onTestFinished(server.stop)
  return server
}

test('makes one server refuse what the other has revoked, and leaves no process behind', {
  timeout: 40_000,
}, async () => {
  const { output, ended } = startProgram('demo')
  await expect.poll(output, { timeout: 20_000 }).toContain('Two people log in')
  const started = startedBy(output())
  expect(started.pids).toHaveLength(3)
  expect(started.ports).toHaveLength(3)
  expect(started.pids.map(isAlive)).toEqual([true, true, true])

  expect(await ended).toBe(0)
  expect(output()).toMatch(/\n50 requests, all as they must be\n$/)
  expect(output()).toContain('\nFinding:  warning no-persistence: ')
  await expectAllGone(started)

  const requests = requestsIn(output().split('\n'))
  expect(requests).toHaveLength(50)
  const after = (request: string): string | undefined => requests[requests.indexOf(request) + 1]
  expect(after('A POST /logout 200')).toBe('B GET /me 401')
  expect(after('A POST /password 200')).toBe('B GET /me 401')
  expect(after('A POST /admin/ban 200')).toBe('B GET /me 401')
  expect(after('B GET /download 200')).toBe('A GET /download 401')
})

test('leaves nothing in the Redis of REDIS_URL, touches nothing else there, and prints no password', {
  timeout: 40_000,
}, async () => {
  const redis = await openRedis('--requirepass', 'swordfish')
  const auth = ['AUTH', 'swordfish'] as const
  await redis.commands(auth, ['SET', '{revoked:0}:sub:ada', 'not ours'])
  const { output, ended } = startProgram('demo', { REDIS_URL: `redis://:swordfish@127.0.0.1:${redis.port}` })
  expect(await ended).toBe(0)
  expect(output()).toMatch(/\n50 requests, all as they must be\n$/)
  expect(output()).not.toContain('swordfish')
  const [, keys, value] = await redis.commands(auth, ['KEYS', '*'], ['GET', '{revoked:0}:sub:ada'])
  expect(keys).toEqual(['{revoked:0}:sub:ada'])
  expect(value).toBe('not ours')
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('leaves no process behind on %s', { timeout: 40_000 }, async (signal, exitCode) => {
  const { child, output, ended } = startProgram('demo')
  // The Redis server is stopped at this moment, and cannot end by itself.
  await expect.poll(output, { timeout: 20_000 }).toContain('SIGSTOP')
  signalGroup(child, signal)
  expect(await ended).toBe(exitCode)
  expect(output()).not.toContain('✗')
  await expectAllGone(startedBy(output()))
})

test('leaves nothing in the Redis of REDIS_URL when interrupted', { timeout: 40_000 }, async () => {
  const redis = await openRedis()
  const { child, output, ended } = startProgram('demo', { REDIS_URL: redis.url })
  await expect.poll(output, { timeout: 20_000 }).toContain('drops every byte')
  expect(await redis.command('DBSIZE')).toBeGreaterThan(0)
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(await redis.command('DBSIZE')).toBe(0)
})

test('leaves no process behind when it is killed', { timeout: 40_000 }, async () => {
  const { child, output, ended } = startProgram('demo')
  await expect.poll(output, { timeout: 20_000 }).toContain('Log out one device')
  const { ports } = startedBy(output())
  child.kill('SIGKILL')
  await ended
  for (const port of ports) await expect.poll(() => listens(port), { timeout: 10_000 }).toBe(false)
})

test('reports differences if the servers do not share the store', { timeout: 40_000 }, async () => {
  const own = await openRedis()
  const redis: LocatedServer = { kind: 'Redis', url: own.url, prefix: 'a', description: '', own, close: own.stop }
  const outage = await serverOutage(redis)
  onTestFinished(outage.close)
  const order = { storeName: 'redis', secret: Buffer.alloc(32, 1) }
  const urls: string[] = []
  for (const prefix of ['a', 'b']) {
    const { url, close } = await startServerProcess({ ...order, address: { ...outage.address, prefix } })
    onTestFinished(close)
    urls.push(url)
  }

  const lines: string[] = []
  const { differences } = await runStory({ urls, outage, print: (line) => lines.push(line), coloured: false })
  const marked = lines.filter((line) => line.startsWith('✗'))
  expect(differences).toBe(marked.length)
  // In addition, the other server refuses the stream, and the page of each server lists the logins
  // of that one only.
  expect(marked).toContain('✗ its stream of events: answered 401')
  expect(marked.filter((line) => line === '✗ it lists 0 devices: ')).toHaveLength(2)
  // B has not listed the sessions of A, and refuses them. A knows nothing of what B revoked: the
  // stolen refresh token, the logout on the page, and the link.
  expect(requestsIn(marked)).toEqual([
    'B GET /me 401',
    'B GET /me 401',
    'B GET /me 401',
    'B GET /me 401',
    'B POST /refresh 401',
    'B POST /refresh 401',
    'A POST /refresh 200',
    'A GET /me 200',
    'B GET /me 401',
    'A GET /me 200',
    'B GET /me 401',
    'A GET /download 200',
    'B GET /me 401',
    'B GET /me 401',
  ])
  expect(lines.at(-1)).toBe('\n50 requests, 17 NOT as they must be')
})

test('reports differences if the servers do not share the signing key', { timeout: 40_000 }, async () => {
  const { url } = await openRedis()
  const urls: string[] = []
  for (const byte of [1, 2]) {
    const order = { storeName: 'redis', address: { url, prefix: 'a' }, secret: Buffer.alloc(32, byte) }
    const server = await startServerProcess(order)
    onTestFinished(server.close)
    urls.push(server.url)
  }
  const { differences } = await runStory({ urls, print: () => {}, coloured: false })
  expect(differences).toBeGreaterThan(0)
})

test.each(['demo', 'serve'])(
  '%s says in one line that it cannot use the Redis of REDIS_URL',
  {
    timeout: 40_000,
  },
  async (program) => {
    const redis = await openRedis('--requirepass', 'swordfish')
    const run = async (url: string): Promise<string> => {
      const { output, ended } = startProgram(program, { REDIS_URL: url })
      expect(await ended).toBe(1)
      return output()
    }
    const host = `127.0.0.1:${redis.port}`
    expect(await run(`redis://:marlin@${host}`)).toBe('Cannot use this Redis: WRONGPASS.\n')
    expect(await run(`redis://${host}`)).toBe('Cannot use this Redis: NOAUTH.\n')
    expect(await run(`http://:marlin@${host}`)).toBe(
      'REDIS_URL must be a URL that begins with redis:// or rediss://.\n',
    )
    await redis.stop()
    expect(await run(`redis://:marlin@${host}`)).toBe('Cannot use this Redis: ECONNREFUSED.\n')
  },
)

test('serve prints the findings about its Redis, and removes its keys at the end', { timeout: 40_000 }, async () => {
  const redis = await openRedis()
  const { child, output, ended } = startProgram('serve', { REDIS_URL: redis.url })
  await expect.poll(output, { timeout: 20_000 }).toContain('/admin/status')
  expect(output()).toMatch(/^Database: the server of REDIS_URL.*\nFinding: {2}warning no-persistence: /)

  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(output()) ?? []
  const login = { user: 'ada', password: 'analytical-engine', device: 'laptop' }
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/login`, { method: 'POST', headers, body: JSON.stringify(login) })
  const { token } = (await answer.json()) as { token: string }
  await fetch(`${url}/logout`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
  // The mark, the change log, the position of its end, and the settings.
  expect(await redis.command('DBSIZE')).toBe(4)

  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(await redis.command('DBSIZE')).toBe(0)
})

test('serve starts and stops a Redis server if REDIS_URL is not set', { timeout: 40_000 }, async () => {
  const { child, output, ended } = startProgram('serve')
  await expect.poll(output, { timeout: 20_000 }).toContain('/admin/status')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  const started = startedBy(output())
  expect(started.pids).toHaveLength(1)
  await expectAllGone(started)
})
