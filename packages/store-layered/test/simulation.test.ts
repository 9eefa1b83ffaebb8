import { describe, expect, test } from 'vitest'
import { controls } from './simulation/controls.ts'
import { expectDetected, runSchedule, runSchedules } from './simulation/run-schedules.ts'
import type { Report } from './simulation/simulate.ts'

const timeout = 60_000

describe.each(['layeredStore', 'mirroredStore'] as const)('%s', (name) => {
  test('no answer misses a mark older than maxStaleness, and it recovers', { timeout }, async () => {
    const { local, remote } = await runSchedules(name, 1, 200_000)
    expect(local / (local + remote)).toBeGreaterThan(0.3)
  })

  test('a seed determines the whole run', async () => {
    const run = (): Promise<Report> => runSchedule(name, { seed: 5, steps: 3_000 })
    expect(await run()).toEqual(await run())
  })
})

describe('the simulation detects', () => {
  // The matrix has the others.
  const quick = controls.filter(({ name }) =>
    /page that is skipped|no load dirty|plain pub\/sub|drops the keys/.test(name),
  )
  for (const control of quick) test(control.name, { timeout }, () => expectDetected(control))
})
