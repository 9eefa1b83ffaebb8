import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@revoked/testing'
import { type PrometheusServer, runPromtool, startPrometheus } from '@revoked/testing/prometheus'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { findPrometheus } from '../../src/prometheus/prometheus-binary.ts'
import { isRunning } from '../../src/servers/is-running.ts'

const folder = mkdtempSync(join(tmpdir(), 'revoked-prometheus-search-'))
const started: PrometheusServer[] = []

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()))
})
afterAll(() => rmSync(folder, { recursive: true }))

const rules = `groups:
  - name: tests
    rules:
      - alert: TargetDown
        expr: up == 0
        annotations: { summary: 'down: {{ $labels.instance }}' }
`

const options = { timeout: 30_000 }

describe('a Prometheus', options, () => {
  test('scrapes its targets, and fires the alerts of its rules', async () => {
    // Nothing listens on port 1.
    const server = await startPrometheus({ jobs: { api: ['127.0.0.1:1'] }, rules })
    started.push(server)
    await eventually(async () => (await server.alerts()).length === 1, 'an alert fires', 10_000)
    expect(await server.query('up')).toMatchObject([{ labels: { job: 'api', instance: '127.0.0.1:1' }, value: 0 }])
    expect(await server.alerts()).toMatchObject([
      { name: 'TargetDown', state: 'firing', annotations: { summary: 'down: 127.0.0.1:1' } },
    ])
  })

  test('refuses a wrong expression', async () => {
    const server = await startPrometheus({ jobs: {} })
    started.push(server)
    await expect(server.query('rate(')).rejects.toThrow(/Prometheus refuses rate\(: .*parse error/)
  })

  test('leaves no process and no folder after a stop', async () => {
    const server = await startPrometheus({ jobs: {} })
    await server.stop()
    expect(isRunning(server.pid)).toBe(false)
    await expect(server.query('up')).rejects.toThrow('fetch failed')
    await server.stop()
  })

  test('shows the end of its log if it does not start, and refuses a taken port', async () => {
    await expect(startPrometheus({ jobs: {}, rules: 'groups: never' })).rejects.toThrow(/Prometheus did not start/)
    const server = await startPrometheus({ jobs: {} })
    started.push(server)
    await expect(startPrometheus({ jobs: {}, port: server.port })).rejects.toThrow(`port ${server.port} is taken`)
  })
})

test('promtool names what is wrong with rules', options, async () => {
  const file = join(folder, 'rules.yml')
  writeFileSync(file, rules)
  expect(await runPromtool('check rules', file)).toContain('SUCCESS: 1 rules found')
  writeFileSync(file, rules.replace('up == 0', 'up =='))
  await expect(runPromtool('check rules', file)).rejects.toThrow(/parse error/)
})

describe('the search of Prometheus', options, () => {
  function programs(says: string): string {
    for (const name of ['prometheus', 'promtool']) {
      writeFileSync(join(folder, name), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 })
    }
    return join(folder, 'prometheus')
  }

  test('takes the one that the environment names, or that of the PATH', async () => {
    const path = programs('prometheus, version 3.4.1+ds (branch: HEAD)')
    const found = { path, promtool: join(folder, 'promtool'), version: '3.4.1' }
    expect(await findPrometheus({ env: { REVOKED_PROMETHEUS: path, PATH: '/nowhere' } })).toEqual(found)
    expect(await findPrometheus({ env: { PATH: `/nowhere:${folder}` } })).toEqual(found)
  })

  test('refuses another program', async () => {
    const path = programs('another one')
    const search = findPrometheus({ env: { REVOKED_PROMETHEUS: path } })
    await expect(search).rejects.toThrow(`REVOKED_PROMETHEUS=${path} is no Prometheus: it says another one`)
  })

  test('names the package to install if there is none and apt-get fails', async () => {
    // A file where the cache should be.
    const cache = programs('prometheus, version 3.4.1')
    const search = findPrometheus({ env: { PATH: '/nowhere' }, cache })
    await expect(search).rejects.toThrow(/^There is no Prometheus to start: .*apt-get install prometheus/)
    expect(existsSync(cache)).toBe(true)
  })
})
