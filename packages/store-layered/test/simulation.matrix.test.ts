import { describe, expect, test } from 'vitest'
import { controls } from './simulation/controls.ts'
import { expectDetected, runSchedules } from './simulation/run-schedules.ts'

/** `SEED=7 STEPS=100000` repeats or extends a run. */
const firstSeed = Number(process.env['SEED'] ?? 1)
const steps = Number(process.env['STEPS'] ?? 1_000_000)

test.each(['layeredStore', 'mirroredStore'] as const)(
  'no answer of %s misses a mark older than maxStaleness, and it always recovers',
  async (name) => {
    const total = await runSchedules(name, firstSeed, steps)
    expect(total.local / (total.local + total.remote)).toBeGreaterThan(0.3)
    if (steps < 100_000) return
    expect(total.refused).toBeGreaterThan(100)
    expect(total.recoveries).toBeGreaterThan(30)
  },
  120_000 + steps / 5,
)

describe('the simulation detects', () => {
  for (const control of controls) test(control.name, { timeout: 120_000 }, () => expectDetected(control))
})
