import { describe, expect, test } from 'vitest'
import { layeredStore } from '../src/index.ts'
import { controls } from './simulation/controls.ts'
import { expectDetected, runSchedules } from './simulation/run-schedules.ts'
import { type Report, simulate } from './simulation/simulate.ts'

test('no answer misses a mark older than maxStaleness', { timeout: 60_000 }, async () => {
  const { local, remote } = await runSchedules(1, 50_000)
  expect(local / (local + remote)).toBeGreaterThan(0.3)
})

test('a seed determines the whole run', async () => {
  const run = (): Promise<Report> => simulate({ product: layeredStore, seed: 5, steps: 3_000 })
  expect(await run()).toEqual(await run())
})

describe('the simulation detects', () => {
  // The matrix has the others.
  const quick = controls.filter(({ name }) => /^(rule 4|plain pub\/sub)/.test(name))
  for (const control of quick) test(control.name, { timeout: 60_000 }, () => expectDetected(control))
})
