// The alert rules and the dashboard over a real Prometheus, which reads two instances over a Redis.
import { fileURLToPath } from 'node:url'
import { eventually, type FaultProxy, type RedisServer, startFaultProxy, startRedis } from '@revoked/testing'
import { type PrometheusAlert, type PrometheusServer, runPromtool, startPrometheus } from '@revoked/testing/prometheus'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alertNames, dashboardQueries, fastRules, rulesPath } from './support/operators-files.ts'
import { type Instance, startInstance } from './support/start-instance.ts'

test('promtool accepts the rules, and their alerts fire when they should', { timeout: 60_000 }, async () => {
  expect(await runPromtool('check rules', rulesPath)).toContain(`SUCCESS: ${alertNames.length} rules found`)
  const cases = fileURLToPath(new URL('support/alerts.promtool.yml', import.meta.url))
  expect(await runPromtool('test rules', cases)).toContain('SUCCESS')
})

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

  test('a Redis that is frozen makes all caches stale, checks unavailable, and logouts fail', async () => {
    redis.kill('SIGSTOP')
    const all = [cache.address, mirror.address].sort()
    expect(await untilFires('RevokedUnavailable', 2)).toEqual(all)
    expect(await untilFires('RevokedCacheStale', 2)).toEqual(all)
    expect(await untilFires('RevokedRevocationsFailing', 2)).toEqual(all)
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
  })

  test('every panel of the dashboard has data after all of that', async () => {
    // A scrape may fail on a machine that is busy, and then there is no value at that instant.
    for (const { title, expr } of dashboardQueries) {
      const hasData = async (): Promise<boolean> => (await prometheus.query(expr)).length > 0
      await eventually(hasData, `the panel ${title} has data: ${expr}`, 10_000)
    }
  })
})
