import { afterAll, describe, expect, test } from 'vitest'
import {
  cutAndRefused,
  halfOpenForLong,
  halfOpenSubscriber,
  killedSubscribers,
  lateReplies,
  lateThenHalfOpen,
  losesAll,
  losesMany,
  losesSome,
  type StandaloneFault,
} from './faults.ts'
import { type Mutation, mutate } from './mutations.ts'
import type { Setup } from './setup.ts'
import { tableOf } from './table.ts'
import { oldPrimary } from './topology.ts'
import { boundMs, type Fault, goThrough } from './trial.ts'
import { leaseByPing, plainPubSub, type Variant } from './variant.ts'
import type { Verdict } from './verdict.ts'

/** The staleness that counts as detected. It is too large for a slow machine to explain it. */
const detectionMs = boundMs + 50

const isFull = process.env['ORACLE'] === 'all'
const tables = {
  'plain pub/sub': new Map<string, Verdict>(),
  'a lease by PING': new Map<string, Verdict>(),
  'a copy that': new Map<string, Verdict>(),
}
afterAll(() => {
  for (const [what, verdicts] of Object.entries(tables)) tableOf(what, verdicts)
})

interface Trial<Place extends Setup> {
  readonly fault: Fault<Place>
  readonly variant: Variant
  readonly table: Map<string, Verdict>
  readonly name?: string
}

async function expectDetected<Place extends Setup>({ fault, variant, table, name }: Trial<Place>): Promise<void> {
  const verdict = await goThrough({ ...fault, mayStayDown: true }, variant)
  table.set(name ?? fault.name, verdict)
  expect(verdict.longestMs, fault.name).toBeGreaterThan(detectionMs)
}

const options = { concurrent: true, timeout: 60_000 } as const

describe('the oracle detects plain pub/sub of', options, () => {
  const tried = { variant: plainPubSub, table: tables['plain pub/sub'] }
  for (const fault of isFull ? [killedSubscribers, halfOpenSubscriber, losesSome, losesAll] : [losesMany])
    test(fault.name, () => expectDetected({ fault, ...tried }))
  if (isFull) test(oldPrimary.name, () => expectDetected({ fault: oldPrimary, ...tried }))
})

describe('the oracle detects a lease by PING of', options, () => {
  const tried = { variant: leaseByPing, table: tables['a lease by PING'] }
  for (const fault of isFull ? [losesSome, losesAll] : []) test(fault.name, () => expectDetected({ fault, ...tried }))
  test(oldPrimary.name, () => expectDetected({ fault: oldPrimary, ...tried }))
})

const view = 'follow/log-view.js'
const keepsGeneration = 'base = undefined; lease.revoke(); probes.dropAll();'
const mutants: readonly (readonly [name: string, fault: StandaloneFault, mutations: readonly Mutation[]])[] = [
  [
    'does not compare a confirmed position with its own',
    losesAll,
    [{ file: view, from: 'if (base !== undefined && !isSame(base, position))', to: 'if (false)' }],
  ],
  [
    'has no lease',
    halfOpenForLong,
    [{ file: view, from: 'isLive: lease.holds', to: 'isLive: () => isOpen && base !== undefined' }],
  ],
  [
    'counts its lease from when the probe came back',
    lateThenHalfOpen,
    [{ file: view, from: 'lease.grant(sentAt)', to: 'lease.grant(momentOf(clock))' }],
  ],
  ['does not check the chain of changes', losesMany, [{ file: view, from: 'if (!follows)', to: 'if (false)' }]],
  [
    'keeps what it knew at a gap',
    losesMany,
    [{ file: view, from: 'function gap() {\n        forgetAll();', to: `function gap() { ${keepsGeneration}` }],
  ],
  [
    'keeps what it knew when the subscription was lost',
    cutAndRefused,
    [
      { file: view, from: 'forgetAll();\n            isOpen = true;', to: `${keepsGeneration} isOpen = true;` },
      { file: view, from: 'forgetAll();\n            isOpen = false;', to: `${keepsGeneration} isOpen = false;` },
    ],
  ],
  [
    'keeps every answer, whatever came in meanwhile',
    lateReplies,
    [
      { file: 'cache/loader.js', from: 'const { invalidatedBy } = inFlight;', to: 'const invalidatedBy = undefined;' },
      { file: 'cache/loader.js', from: 'return mayFill && ', to: 'return true || ' },
    ],
  ],
]

describe('the oracle detects a copy that', options, () => {
  for (const [name, fault, mutations] of mutants) {
    test(name, async () => {
      const mutant = await mutate(mutations)
      try {
        await expectDetected({
          fault,
          variant: mutant.variant,
          table: tables['a copy that'],
          name: `${name}: ${fault.name}`,
        })
      } finally {
        await mutant.remove()
      }
    })
  }
})
