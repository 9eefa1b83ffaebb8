import { afterAll, describe, expect, test } from 'vitest'
import { allFaults, briefFaults, briefMirrorFaults, mirrorFaults } from './faults.ts'
import type { Setup } from './setup.ts'
import { tableOf } from './table.ts'
import { mirrorTopologyFaults, oldPrimary, topologyFaults } from './topology.ts'
import { boundMs, type Fault, goThrough } from './trial.ts'
import { mirrored, product, type Variant } from './variant.ts'
import type { Verdict } from './verdict.ts'

/** The tolerance for clocks with a resolution of 1 ms. */
const epsilonMs = 5
const tables = { layered: new Map<string, Verdict>(), mirrored: new Map<string, Verdict>() }
afterAll(() => {
  tableOf('layeredStore', tables.layered)
  tableOf('mirroredStore', tables.mirrored)
})

const isFull = process.env['ORACLE'] === 'all'

async function keepsTheBound<Place extends Setup>(fault: Fault<Place>, variant: Variant): Promise<void> {
  const verdict = await goThrough(fault, variant)
  tables[variant.kind === 'mirrored' ? 'mirrored' : 'layered'].set(fault.name, verdict)
  expect(verdict.longestMs, 'a local "no" outlived its revocation').toBeLessThanOrEqual(boundMs + epsilonMs)
  if (fault.answersWithinMs !== undefined) expect(verdict.longestAskMs).toBeLessThan(fault.answersWithinMs)
  if (fault.recoversWithinMs !== undefined) expect(verdict.recoveredMs).toBeLessThan(fault.recoversWithinMs)
  expect(verdict.longestRemoteMs, 'a remote "no" outlived its revocation').toBeLessThanOrEqual(boundMs + epsilonMs)
  expect(verdict.judged).toBeGreaterThan(200)
  if (fault.forgets === 'surely') expect(verdict.lost, 'the fault did not happen').toBeGreaterThan(0)
  if (fault.forgets === undefined) expect(verdict.lost, 'revocations that the server lost').toBe(0)
  expect(verdict.localShare).toBeGreaterThan(0.1)
}

// The full run measures, so its trials do not disturb each other.
const options = { concurrent: !isFull, timeout: 60_000 } as const

describe('no "not revoked" of layeredStore outlives the bound, and local answers return, after', options, () => {
  for (const fault of isFull ? allFaults : briefFaults) test(fault.name, () => keepsTheBound(fault, product))
  test(oldPrimary.name, () => keepsTheBound(oldPrimary, product))
  for (const { name, tried } of isFull ? topologyFaults : [])
    test(name, () => tried((fault) => keepsTheBound(fault, product)))
})

describe('no "not revoked" of mirroredStore outlives the bound, and local answers return, after', options, () => {
  for (const fault of isFull ? mirrorFaults : briefMirrorFaults) test(fault.name, () => keepsTheBound(fault, mirrored))
  for (const { name, tried } of isFull ? mirrorTopologyFaults : [])
    test(name, () => tried((fault) => keepsTheBound(fault, mirrored)))
})
