import { startRedis } from '@revoked/testing'
import { expect, onTestFinished, test } from 'vitest'
import type { LocatedServer } from '../src/located-server.ts'
import { serverOutage } from '../src/server-outage.ts'
import { startServerProcess } from '../src/start-server-process.ts'
import { runStory } from '../src/story.ts'
import { expectAllGone, startedBy, startProgram } from './run-program.ts'

/** Whether the story takes the store down as well. */
type Outages = 'with outages' | 'without outages'

/** Runs the layered story against two servers over the store of that name. */
async function tell(
  storeName: string,
  maxStalenessMs: number,
  outages: Outages,
  isMirror = false,
): Promise<{ lines: string[]; differences: number }> {
  const own = await startRedis()
  onTestFinished(own.stop)
  const redis: LocatedServer = { kind: 'Redis', url: own.url, prefix: 'a', description: '', own, close: own.stop }
  const outage = await serverOutage(redis)
  onTestFinished(outage.close)
  const order = { storeName, secret: Buffer.alloc(32, 1), address: { ...outage.address, prefix: 'a' } }
  const urls: string[] = []
  for (let count = 0; count < 2; count += 1) {
    const { url, close } = await startServerProcess(order)
    onTestFinished(close)
    urls.push(url)
  }
  const lines: string[] = []
  const print = (line: string): void => void lines.push(...line.split('\n'))
  const { differences } = await runStory({
    urls,
    outage: outages === 'with outages' ? outage : undefined,
    cache: { maxStalenessMs, isMirror },
    print,
    coloured: false,
  })
  return { lines, differences }
}

/** Returns the lines of a chapter. */
function chapter(lines: readonly string[], title: string): readonly string[] {
  const start = lines.findIndex((line) => line.startsWith(title))
  expect(start, title).toBeGreaterThan(-1)
  return lines.slice(start, lines.indexOf('', start))
}

/** What B tells of the first request of a token that it has never seen. */
const firstRequests = { layered: /looked up [1-4] keys? in the database/, mirror: /looked up 0 keys in the database/ }

test.each(['layered', 'mirror'] as const)(
  'keeps the bound and the caches of --store %s through all faults, and leaves nothing behind',
  { timeout: 60_000 },
  async (storeName) => {
    const redis = await startRedis()
    onTestFinished(redis.stop)
    // Both run at the same time, because they mostly wait.
    const own = startProgram('demo', {}, storeName)
    const borrowed = startProgram('demo', { REDIS_URL: redis.url }, storeName)
    for (const { output, ended } of [own, borrowed]) {
      expect(await ended, output()).toBe(0)
      expectWhole(output())
      const [, , first] = chapter(output().split('\n'), 'Nearly every check')
      expect(first).toMatch(firstRequests[storeName])
      await expectAllGone(startedBy(output()))
    }
    expect(borrowed.output()).toContain('the store stops answering: the proxy in front of Redis drops every byte')
    expect(await redis.command('DBSIZE')).toBe(0)
  },
)

function expectWhole(output: string): void {
  expect(output).toMatch(/\n62 requests, all as they must be\n$/)
  expect(output).not.toContain('✗')
  const lines = output.split('\n')
  const isWarm = /B answered 200 requests of the \w+ in \S+ ms, and looked up \d+ keys? in the database/
  const pushed = /answers 401 .*B ended the stream/
  expect(chapter(lines, 'Nearly every check').join()).toMatch(isWarm)
  expect(chapter(lines, 'Logged out on A').join()).toMatch(pushed)
  for (const title of ['The subscriptions are cut', 'The subscriptions freeze']) {
    const text = chapter(lines, title).join()
    expect(text).toMatch(/answers 401 .*both servers are subscribed and live/)
    expect(text).toMatch(isWarm)
  }
  expect(chapter(lines, 'The revocation store is down').join()).toMatch(/answers 503 /)
  expect(chapter(lines, 'The caches have kept').join()).toMatch(isWarm)
}

test('reports servers that are staler than allowed', { timeout: 60_000 }, async () => {
  const { lines, differences } = await tell('layered', 100, 'with outages')
  const marked = lines.filter((line) => line.startsWith('✗'))
  expect(differences).toBe(marked.length)
  expect(chapter(lines, 'The revocation store is down')).toContainEqual(
    expect.stringMatching(/^✗ B accepted requests for \S+ ms of 100 ms/),
  )
  expect(lines.at(-1)).toMatch(/^62 requests, \d+ NOT as they must be$/)
})

test('reports servers that have no cache', { timeout: 60_000 }, async () => {
  const { lines, differences } = await tell('redis', 50, 'without outages')
  expect(differences).toBeGreaterThan(0)
  const told = chapter(lines, 'Nearly every check').filter((line) => line.startsWith('✗'))
  expect(told).toEqual([
    expect.stringMatching(/^✗ B answered the first request, and looked up everything in the database/),
    expect.stringMatching(/^✗ B answered 200 requests .* and looked up everything in the database/),
  ])
})

test('reports a cache that asks Redis for new tokens although it is a mirror', { timeout: 60_000 }, async () => {
  const { lines } = await tell('layered', 2_000, 'without outages', true)
  expect(chapter(lines, 'Nearly every check')).toContainEqual(
    expect.stringMatching(/^✗ B answered the first request, and looked up [1-4] keys? in the database/),
  )
})

test('serve answers from its cache', { timeout: 60_000 }, async () => {
  const { child, output, ended } = startProgram('serve', {}, 'layered')
  await expect.poll(output, { timeout: 20_000 }).toContain('/admin/status')
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(output()) ?? []
  const login = { user: 'root', password: 'keys-to-the-house', device: 'desk' }
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/login`, { method: 'POST', headers, body: JSON.stringify(login) })
  const { token } = (await answer.json()) as { token: string }
  const status = async (): Promise<unknown> => {
    const response = await fetch(`${url}/admin/status`, { headers: { authorization: `Bearer ${token}` } })
    return await response.json()
  }
  await expect
    .poll(status, { timeout: 10_000 })
    .toMatchObject({ marks: null, cache: { state: 'live', gaps: 0, remoteKeys: expect.any(Number) } })
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  await expectAllGone(startedBy(output()))
})
