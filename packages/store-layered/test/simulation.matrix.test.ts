import { describe, expect, test } from 'vitest'
import { controls } from './simulation/controls.ts'
import { expectDetected, runSchedules } from './simulation/run-schedules.ts'

/** `SEED=7 STEPS=100000` repeats or extends a run. */
const firstSeed = Number(process.env['SEED'] ?? 1)
const steps = Number(process.env['STEPS'] ?? 1_000_000)

test(
  'no answer misses a mark older than maxStaleness, and the store always recovers',
  async () => {
    const total = await runSchedules(firstSeed, steps)
    expect(total.local / (total.local + total.remote)).toBeGreaterThan(0.3)
    if (steps < 100_000) return
    expect(total.gaps).toBeGreaterThan(100)
    expect(total.resets).toBeGreaterThan(total.gaps)
    expect(total.refused).toBeGreaterThan(100)
    expect(total.recoveries).toBeGreaterThan(30)
  },
  120_000 + steps / 5,
)

describe('the simulation detects', () => {
  for (const control of controls) test(control.name, { timeout: 60_000 }, () => expectDetected(control))
})
