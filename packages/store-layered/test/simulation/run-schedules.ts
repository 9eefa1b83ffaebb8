import { expect } from 'vitest'
import * as source from '../../src/index.ts'
import type { Control } from './controls.ts'
import { withMutant } from './mutations.ts'
import type { ProductName } from './product.ts'
import { type Exports, patienceMs, productOf } from './products.ts'
import { type Report, type SimulationOptions, simulate } from './simulate.ts'

const stepsPerSeed = 10_000

const counted = ['local', 'remote', 'refused', 'recoveries'] as const

/** Counts of all schedules together. */
type Totals = Readonly<Record<(typeof counted)[number], number>>

type Schedule = Omit<SimulationOptions, 'product' | 'patienceMs' | 'steps'> & { readonly steps?: number }

/** Runs one schedule with a store of the package, or of a changed copy. */
export function runSchedule(name: ProductName, schedule: Schedule, exports: Exports = source): Promise<Report> {
  const product = productOf(exports, name)
  return simulate({ steps: stepsPerSeed, ...schedule, product, patienceMs: patienceMs[name] })
}

/** Runs schedules with increasing seeds for this number of steps, and expects no violation. */
export async function runSchedules(name: ProductName, firstSeed: number, steps: number): Promise<Totals> {
  const totals = { local: 0, remote: 0, refused: 0, recoveries: 0 }
  for (let done = 0, seed = firstSeed; done < steps; done += stepsPerSeed, seed++) {
    const report = await runSchedule(name, { seed, steps: Math.min(stepsPerSeed, steps - done) })
    expect(report.violation, `SEED=${seed} STEPS=${stepsPerSeed}, at step ${report.steps}`).toBeUndefined()
    for (const count of counted) totals[count] += report[count]
  }
  return totals
}

/**
 * Expects that the simulation finds a wrong answer, or no local one, of a store that breaks the
 * protocol.
 */
export async function expectDetected(control: Control): Promise<void> {
  const { product = 'layeredStore', replacements, reads = 'log', faults, isStuck = false, seeds = 60 } = control
  await withMutant(replacements, async (mutant) => {
    for (let seed = 1; seed <= seeds; seed++) {
      const { violation } = await runSchedule(product, { seed, reads, ...(faults && { faults }) }, mutant)
      if (violation?.includes(isStuck ? 'asked for' : 'answer for key')) return
    }
    expect.fail(`not detected in ${seeds} schedules`)
  })
}
