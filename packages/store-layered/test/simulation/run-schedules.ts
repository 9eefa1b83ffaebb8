import { expect } from 'vitest'
import { layeredStore } from '../../src/index.ts'
import type { Control } from './controls.ts'
import { withMutant } from './mutations.ts'
import { simulate } from './simulate.ts'

const stepsPerSeed = 10_000
const seedsPerControl = 60

const counted = ['local', 'remote', 'gaps', 'resets', 'refused', 'recoveries'] as const

/** Counts of all schedules together. */
type Totals = Readonly<Record<(typeof counted)[number], number>>

/** Runs schedules with increasing seeds for this number of steps, and expects no violation. */
export async function runSchedules(firstSeed: number, steps: number): Promise<Totals> {
  const totals = { local: 0, remote: 0, gaps: 0, resets: 0, refused: 0, recoveries: 0 }
  for (let done = 0, seed = firstSeed; done < steps; done += stepsPerSeed, seed++) {
    const report = await simulate({ product: layeredStore, seed, steps: Math.min(stepsPerSeed, steps - done) })
    expect(report.violation, `SEED=${seed} STEPS=${stepsPerSeed}, at step ${report.steps}`).toBeUndefined()
    for (const name of counted) totals[name] += report[name]
  }
  return totals
}

/** Expects that the simulation finds a wrong answer of a store that breaks the protocol. */
export async function expectDetected({ replacements, pings = false }: Control): Promise<void> {
  await withMutant(replacements, async (product) => {
    for (let seed = 1; seed <= seedsPerControl; seed++) {
      const { violation } = await simulate({ product, seed, steps: stepsPerSeed, pings })
      if (violation?.includes('answer for key')) return
    }
    expect.fail(`not detected in ${seedsPerControl} seeds`)
  })
}
