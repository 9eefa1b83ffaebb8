import { describe, expect, test } from 'vitest'
import { mirroredStore } from '../../src/index.ts'
import { controls } from './history/controls.ts'
import { withMutant } from './history/mutant.ts'
import { run } from './history/run.ts'

const schedules = Number(process.env['SCHEDULES'] ?? 60)
const steps = 400

test('answers locally only with a state that the remote had within maxStaleness', { timeout: 60_000 }, async () => {
  const total = { local: 0, remote: 0, resets: 0 }
  for (let seed = 1; seed <= schedules; seed++) {
    const { violation, local, remote, resets } = await run(mirroredStore, seed, steps)
    expect(violation).toBeUndefined()
    total.local += local
    total.remote += remote
    total.resets += resets
  }
  // Otherwise the schedules would prove little.
  expect(total.local).toBeGreaterThan(total.remote / 2)
  expect(total.resets).toBeGreaterThan(schedules)
})

describe('the schedules detect', () => {
  for (const { name, replacements } of controls) {
    test(name, { timeout: 60_000 }, async () => {
      const detectedBy = await withMutant(replacements, async (mutant) => {
        for (let seed = 1; seed <= 400; seed++)
          if ((await run(mutant, seed, steps)).violation !== undefined) return seed
        return undefined
      })
      expect(detectedBy).toBeDefined()
    })
  }
})
