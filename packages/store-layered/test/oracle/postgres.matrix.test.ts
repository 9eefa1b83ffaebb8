import { afterAll, describe, expect, test } from 'vitest'
import { keepsTheBound } from './keeps-the-bound.ts'
import { type PostgresFault, postgresFaults } from './postgres-faults.ts'
import { failovers, pooled } from './postgres-topology.ts'
import { tableOf } from './table.ts'
import { boundMs, goThrough } from './trial.ts'
import { mirrored, product, trustsNotify, trustsSerial, type Variant } from './variant.ts'
import type { Verdict } from './verdict.ts'

const tables = {
  'layeredStore over PostgreSQL': new Map<string, Verdict>(),
  'mirroredStore over PostgreSQL': new Map<string, Verdict>(),
  'a follower that trusts a serial': new Map<string, Verdict>(),
  'a cache that trusts NOTIFY': new Map<string, Verdict>(),
}
afterAll(() => {
  for (const [what, verdicts] of Object.entries(tables)) tableOf(what, verdicts)
})

const isFull = process.env['ORACLE'] === 'all'
const { none, listenersTerminated, listenersHalfOpen, notifyFails, crashed, restoredOlder, marksLocked } =
  postgresFaults
const brief = [none, listenersTerminated, postgresFaults.allTerminated, notifyFails, crashed, marksLocked]

const options = { concurrent: !isFull, timeout: 60_000 } as const

describe('no "not revoked" of layeredStore over PostgreSQL outlives the bound, after', options, () => {
  for (const fault of isFull ? Object.values(postgresFaults) : brief)
    test(fault.name, () => keepsTheBound(fault, product, tables['layeredStore over PostgreSQL']))
  for (const fault of failovers)
    test(fault.name, () => keepsTheBound(fault, product, tables['layeredStore over PostgreSQL']))
  test(pooled.name, () => keepsTheBound(pooled, product, tables['layeredStore over PostgreSQL']))
})

describe('no "not revoked" of mirroredStore over PostgreSQL outlives the bound, after', options, () => {
  for (const fault of isFull ? Object.values(postgresFaults) : [listenersHalfOpen, restoredOlder])
    test(fault.name, () => keepsTheBound(fault, mirrored, tables['mirroredStore over PostgreSQL']))
})

/** The staleness that counts as detected. It is too large for a slow machine to explain it. */
const detectionMs = boundMs + 50

async function expectDetected(fault: PostgresFault, variant: Variant, what: keyof typeof tables): Promise<void> {
  const verdict = await goThrough({ ...fault, mayStayDown: true }, variant)
  tables[what].set(fault.name, verdict)
  expect(verdict.longestMs, fault.name).toBeGreaterThan(detectionMs)
}

describe('the oracle detects', options, () => {
  test('a follower that trusts a serial, although there is no fault', () =>
    expectDetected(none, trustsSerial, 'a follower that trusts a serial'))
  for (const fault of [notifyFails, listenersHalfOpen])
    test(`a cache that trusts NOTIFY: ${fault.name}`, () =>
      expectDetected(fault, trustsNotify, 'a cache that trusts NOTIFY'))
})
