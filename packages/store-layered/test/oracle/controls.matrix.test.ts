import { afterAll, describe, expect, test } from 'vitest'
import { standaloneFaults } from './faults.ts'
import { type Mutation, mutate } from './mutations.ts'
import type { Setup } from './setup.ts'
import type { StandaloneFault } from './standalone-fault.ts'
import { tableOf } from './table.ts'
import { oldPrimary } from './topology.ts'
import { boundMs, type Fault, goThrough } from './trial.ts'
import { leaseByPing, mirrored, plainPubSub, product, type Variant } from './variant.ts'
import type { Verdict } from './verdict.ts'

const { killed, halfOpen, losesSome, losesMany, losesAll, lateReplies, lateThenNone } = standaloneFaults
const { everythingHalfOpen, feedDeletedUnseen } = standaloneFaults

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

const options = { concurrent: !isFull, timeout: 60_000 } as const

describe('the oracle detects plain pub/sub of', options, () => {
  const tried = { variant: plainPubSub, table: tables['plain pub/sub'] }
  for (const fault of isFull ? [killed, halfOpen, losesSome, losesAll] : [losesMany])
    test(fault.name, () => expectDetected({ fault, ...tried }))
  if (isFull) test(oldPrimary.name, () => expectDetected({ fault: oldPrimary, ...tried }))
})

describe('the oracle detects a lease by PING of', options, () => {
  const tried = { variant: leaseByPing, table: tables['a lease by PING'] }
  for (const fault of isFull ? [losesSome, losesAll] : []) test(fault.name, () => expectDetected({ fault, ...tried }))
  test(oldPrimary.name, () => expectDetected({ fault: oldPrimary, ...tried }))
})

const follower = 'follow/follower.js'
const loader = 'cache/loader.js'
interface MutantOf {
  readonly name: string
  readonly variant: Variant
  readonly fault: StandaloneFault
  readonly mutations: readonly Mutation[]
}

const mutants: readonly MutantOf[] = [
  {
    name: 'has no lease',
    variant: product,
    fault: everythingHalfOpen,
    mutations: [{ file: follower, from: 'isLive: lease.holds', to: 'isLive: () => at !== undefined' }],
  },
  {
    name: 'counts its lease from the answer',
    variant: product,
    fault: lateThenNone,
    mutations: [{ file: follower, from: 'lease.grant(sentAt)', to: 'lease.grant(momentOf(clock))' }],
  },
  {
    name: 'does not check the chain of entries',
    variant: product,
    fault: losesMany,
    mutations: [
      {
        file: follower,
        from: 'if (entry.position.sequence !== at.sequence + 1 || entry.previousTip !== at.tip)',
        to: 'if (false)',
      },
    ],
  },
  {
    name: 'keeps what it knew at a reset',
    variant: product,
    fault: feedDeletedUnseen,
    mutations: [{ file: follower, from: 'generation++;\n        at = position;', to: 'at = position;' }],
  },
  {
    name: 'keeps its copy at a reset',
    variant: mirrored,
    fault: feedDeletedUnseen,
    mutations: [
      {
        file: 'mirror/mirrored-store.js',
        from: 'reset: (log) => {\n            mirrors[log]?.reset();',
        to: 'reset: (log) => { if (followers[log]?.confirmedAt() === undefined) mirrors[log]?.reset();',
      },
    ],
  },
  {
    name: 'keeps every answer, whatever came in meanwhile',
    variant: product,
    fault: lateReplies,
    mutations: [
      {
        file: loader,
        from: 'const { invalidatedBy, generation } = inFlight;',
        to: 'const { generation } = inFlight; const invalidatedBy = undefined;',
      },
      { file: loader, from: 'generation === follower.generation() && policy.entryOf(key) === before', to: 'true' },
    ],
  },
]

describe('the oracle detects a copy that', options, () => {
  for (const { name, variant, fault, mutations } of mutants) {
    test(name, async () => {
      const mutant = await mutate(mutations, variant)
      try {
        const table = tables['a copy that']
        await expectDetected({ fault, variant: mutant.variant, table, name: `${name}: ${fault.name}` })
      } finally {
        await mutant.remove()
      }
    })
  }
})
