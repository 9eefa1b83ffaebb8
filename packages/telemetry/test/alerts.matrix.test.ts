// The alert rules and the dashboard over a real Prometheus, which reads two instances over a Redis.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { eventually, type FaultProxy, type RedisServer, startFaultProxy, startRedis } from '@revoked/testing'
import { type PrometheusAlert, type PrometheusServer, runPromtool, startPrometheus } from '@revoked/testing/prometheus'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { alertNames, casePaths, dashboardQueries, fastRules, rulesPath, rulesWith } from './support/operators-files.ts'
import { type Instance, startInstance } from './support/start-instance.ts'

describe('promtool', { timeout: 60_000 }, () => {
  test('accepts the rules, and their alerts fire when they should', async () => {
    expect(await runPromtool('check rules', rulesPath)).toContain(`SUCCESS: ${alertNames.length} rules found`)
    expect(await runPromtool('test rules', ...casePaths)).toContain('SUCCESS')
  })

  test.each([
    ['never fires', 'vector(0) > 1'],
    ['always fires', 'vector(1)'],
  ])('notices by its cases if an alert %s', async (_, expression) => {
    const cases = await writeCases(rulesWith(expression))
    const message = await runPromtool('test rules', ...cases).catch(String)
    const failed = new Set([...message.matchAll(/alertname: (\w+), time/g)].map(([, name]) => name))
    expect([...failed].sort()).toEqual([...alertNames].sort())
  })
})

/** Writes rules into a folder, with the cases beside them, and returns the paths of the cases. */
async function writeCases(rules: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'revoked-alerts-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'alerts.yml'), rules)
  return await Promise.all(
    casePaths.map(async (path) => {
      const copy = join(folder, basename(path))
      const text = await readFile(path, 'utf8')
      await writeFile(copy, text.replace('../../../prometheus/alerts.yml', 'alerts.yml'))
      return copy
    }),
  )
}

const deadlineMs = 60_000

describe('over a cache and a mirror of one Redis', { timeout: 2 * deadlineMs }, () => {
  let redis: RedisServer
  let proxy: FaultProxy
  let cache: Instance
  let mirror: Instance
  let prometheus: PrometheusServer

  beforeAll(async () => {
    redis = await startRedis()
    proxy = await startFaultProxy(redis.port)
    cache = await startInstance(redis.port, 'cache')
    mirror = await startInstance(proxy.port, 'mirror')
    const jobs = { api: [cache.address, mirror.address] }
    prometheus = await startPrometheus({ jobs, rules: fastRules, intervalMs: 500 })
  }, deadlineMs)
  afterAll(async () => {
    for (const instance of [cache, mirror]) instance?.kill('SIGKILL')
    await prometheus?.stop()
    await proxy?.stop()
    await redis?.stop()
  })

  async function firing(): Promise<readonly PrometheusAlert[]> {
    return (await prometheus.alerts()).filter(({ state }) => state === 'firing')
  }

  /** Returns the instances on which an alert fires, once there are so many. */
  async function untilFires(name: string, count: number): Promise<readonly string[]> {
    return await eventually(
      async () => {
        const alerts = (await firing()).filter((alert) => alert.name === name)
        const instances = [...new Set(alerts.map(({ labels }) => labels['instance'] ?? ''))].sort()
        return instances.length >= count && instances
      },
      `${name} fires on ${count}`,
      deadlineMs,
    )
  }

  async function untilQuiet(...names: readonly string[]): Promise<void> {
    const isLoud = ({ name }: PrometheusAlert): boolean => names.includes(name)
    await eventually(async () => !(await firing()).some(isLoud), `${names.join()} are over`, deadlineMs)
  }

  test('no alert fires while everything works', async () => {
    const enough = 'min(count_over_time(revoked_checks_total{revoked_verdict="active"}[1m])) > 20'
    await eventually(async () => (await prometheus.query(enough)).length > 0, 'ten seconds are scraped', deadlineMs)
    expect(await firing()).toEqual([])
  })

  test('an instance that is stalled is named, and no other', async () => {
    cache.kill('SIGSTOP')
    expect(await untilFires('RevokedInstanceStalled', 1)).toEqual([cache.address])
    cache.kill('SIGCONT')
    await untilQuiet('RevokedInstanceStalled')
  })

  test('an instance that is cut off from Redis is named, and no other', async () => {
    proxy.halfOpen('both')
    expect(await untilFires('RevokedCacheStale', 1)).toEqual([mirror.address])
    expect(await untilFires('RevokedUnavailable', 1)).toEqual([mirror.address])
    proxy.halfOpen('none')
    proxy.cut()
    await untilQuiet('RevokedCacheStale', 'RevokedUnavailable')
  })

  test('a Redis that is frozen makes all caches stale, and checks, logins and logouts fail', async () => {
    redis.kill('SIGSTOP')
    const all = [cache.address, mirror.address].sort()
    expect(await untilFires('RevokedUnavailable', 2)).toEqual(all)
    expect(await untilFires('RevokedCacheStale', 2)).toEqual(all)
    expect(await untilFires('RevokedRevocationsFailing', 2)).toEqual(all)
    expect(await untilFires('RevokedSessionsFailing', 2)).toEqual(all)
    redis.kill('SIGCONT')
    await untilQuiet('RevokedUnavailable', 'RevokedCacheStale')
  })

  test('a refresh token that is used twice is reported, without an id', async () => {
    expect((await firing()).filter(({ name }) => name === 'RevokedRefreshReused')).toEqual([])
    cache.reuse()
    expect(await untilFires('RevokedRefreshReused', 1)).toEqual([cache.address])
    const [alert] = (await firing()).filter(({ name }) => name === 'RevokedRefreshReused')
    expect(alert?.annotations['summary']).toBe(`A refresh token was used twice at ${cache.address}`)
    expect(JSON.stringify(alert)).not.toMatch(/grace|ada/)
    // The counter began with this use, so that it has no increase.
    const panel = dashboardQueries.find(({ title }) => title === 'Refresh tokens used twice')
    const [used] = await prometheus.query(panel?.expr ?? '')
    expect(Math.round(used?.value ?? 0)).toBe(1)
  })

  test('a revocation of everything is reported once', async () => {
    cache.revokeEverything()
    expect(await untilFires('RevokedEverything', 1)).toEqual([cache.address])
  })

  test('messages of others on the channel are reported by each instance', async () => {
    const channels = (await redis.command('PUBSUB', 'CHANNELS', '*')) as readonly string[]
    expect(channels.length).toBeGreaterThan(0)
    for (const channel of channels) await redis.command('PUBLISH', channel, 'forged')
    expect(await untilFires('RevokedForeignMessages', 2)).toEqual([cache.address, mirror.address].sort())
  })

  test('a change log that is lost is reported by each instance', async () => {
    await untilQuiet('RevokedLogLost')
    await redis.command('FLUSHALL')
    expect(await untilFires('RevokedLogLost', 2)).toEqual([cache.address, mirror.address].sort())
  })

  test('every panel of the dashboard has data after all of that', async () => {
    // A scrape may fail on a machine that is busy, and then there is no value at that instant.
    for (const { title, expr } of dashboardQueries) {
      const hasData = async (): Promise<boolean> => (await prometheus.query(expr)).length > 0
      await eventually(hasData, `the panel ${title} has data: ${expr}`, 10_000)
    }
  })
})
