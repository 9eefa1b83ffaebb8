import { afterAll, describe, test } from 'vitest'
import { allFaults, briefFaults, briefMirrorFaults, mirrorFaults } from './faults.ts'
import { keepsTheBound } from './keeps-the-bound.ts'
import { tableOf } from './table.ts'
import { mirrorTopologyFaults, oldPrimary, topologyFaults } from './topology.ts'
import { mirrored, product } from './variant.ts'
import type { Verdict } from './verdict.ts'

const tables = { layered: new Map<string, Verdict>(), mirrored: new Map<string, Verdict>() }
afterAll(() => {
  tableOf('layeredStore', tables.layered)
  tableOf('mirroredStore', tables.mirrored)
})

const isFull = process.env['ORACLE'] === 'all'

// The full run measures, so its trials do not disturb each other.
const options = { concurrent: !isFull, timeout: 60_000 } as const

describe('no "not revoked" of layeredStore outlives the bound, and local answers return, after', options, () => {
  for (const fault of isFull ? allFaults : briefFaults)
    test(fault.name, () => keepsTheBound(fault, product, tables.layered))
  test(oldPrimary.name, () => keepsTheBound(oldPrimary, product, tables.layered))
  for (const { name, tried } of isFull ? topologyFaults : [])
    test(name, () => tried((fault) => keepsTheBound(fault, product, tables.layered)))
})

describe('no "not revoked" of mirroredStore outlives the bound, and local answers return, after', options, () => {
  for (const fault of isFull ? mirrorFaults : briefMirrorFaults)
    test(fault.name, () => keepsTheBound(fault, mirrored, tables.mirrored))
  for (const { name, tried } of isFull ? mirrorTopologyFaults : [])
    test(name, () => tried((fault) => keepsTheBound(fault, mirrored, tables.mirrored)))
})
