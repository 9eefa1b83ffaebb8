import { describe, expect, test } from 'vitest'
import { layeredStore } from '../src/index.ts'
import { controls } from './simulation/controls.ts'
import { withMutant } from './simulation/mutants.ts'
import { type Report, simulate } from './simulation/simulate.ts'

/** `SEED=7 STEPS=100000` repeats or prolongs a run. */
const firstSeed = Number(process.env['SEED'] ?? 1)
const steps = Number(process.env['STEPS'] ?? 1_000_000)
const stepsPerSeed = 10_000
const seedsPerControl = 60

/** Schedules of one seed after another, until so many steps are done. */
async function runAll(): Promise<Report[]> {
  const reports: Report[] = []
  for (let done = 0; done < steps; done += stepsPerSeed) {
    const seed = firstSeed + reports.length
    const report = await simulate({ product: layeredStore, seed, steps: Math.min(stepsPerSeed, steps - done) })
    expect(report.violation, `SEED=${seed} STEPS=${stepsPerSeed}, at step ${report.steps}`).toBeUndefined()
    reports.push(report)
  }
  return reports
}

test(
  'no answer misses a mark that was executed more than maxStaleness before, whatever happens, and it always recovers',
  async () => {
    const reports = await runAll()
    const total = (name: 'local' | 'remote' | 'gaps' | 'resynchronisations' | 'refused' | 'recoveries'): number =>
      reports.reduce((sum, report) => sum + report[name], 0)
    expect(total('local') / (total('local') + total('remote'))).toBeGreaterThan(0.3)
    if (steps < 100_000) return
    expect(total('gaps')).toBeGreaterThan(100)
    expect(total('resynchronisations')).toBeGreaterThan(total('gaps'))
    expect(total('refused')).toBeGreaterThan(100)
    expect(total('recoveries')).toBeGreaterThan(30)
  },
  120_000 + steps / 5,
)

test('a seed determines the whole run', async () => {
  const run = (): Promise<Report> => simulate({ product: layeredStore, seed: 5, steps: 3_000 })
  expect(await run()).toEqual(await run())
})

describe('finds out', () => {
  for (const { name, replacements, pings = false } of controls) {
    test(
      name,
      () =>
        withMutant(replacements, async (product) => {
          for (let seed = 1; seed <= seedsPerControl; seed++) {
            const { violation } = await simulate({ product, seed, steps: stepsPerSeed, pings })
            if (violation?.includes('answer for key')) return
          }
          expect.fail(`not found out in ${seedsPerControl} seeds`)
        }),
      60_000,
    )
  }
})
