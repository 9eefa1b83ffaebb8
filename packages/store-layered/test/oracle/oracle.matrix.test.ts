import { afterAll, describe, expect, test } from 'vitest'
import { briefFaults, furtherFaults } from './faults.ts'
import type { Setup } from './setup.ts'
import { tableOf } from './table.ts'
import { oldPrimary, topologyFaults } from './topology.ts'
import { boundMs, type Fault, goThrough } from './trial.ts'
import { product } from './variant.ts'
import type { Verdict } from './verdict.ts'

/** The tolerance for clocks with a resolution of 1 ms. */
const epsilonMs = 5
const verdicts = new Map<string, Verdict>()
afterAll(() => tableOf('layeredStore', verdicts))

const isFull = process.env['ORACLE'] === 'all'

async function keepsTheBound<Place extends Setup>(fault: Fault<Place>): Promise<void> {
  const verdict = await goThrough(fault, product)
  verdicts.set(fault.name, verdict)
  expect(verdict.longestMs, 'a local "no" outlived its revocation').toBeLessThanOrEqual(boundMs + epsilonMs)
  expect(verdict.longestRemoteMs, 'a remote "no" outlived its revocation').toBeLessThanOrEqual(boundMs + epsilonMs)
  expect(verdict.judged).toBeGreaterThan(200)
  if (!fault.forgets) expect(verdict.lost, 'revocations that the server lost').toBe(0)
  expect(verdict.localShare).toBeGreaterThan(0.1)
}

describe('no "not revoked" outlives the bound, and local answers return, after', {
  concurrent: true,
  timeout: 40_000,
}, () => {
  for (const fault of isFull ? [...briefFaults, ...furtherFaults] : briefFaults)
    test(fault.name, () => keepsTheBound(fault))
  test(oldPrimary.name, () => keepsTheBound(oldPrimary))
  for (const { name, tried } of isFull ? topologyFaults : []) test(name, () => tried(keepsTheBound))
})
