import type { FaultName } from './faults.ts'
import type { Replacement } from './mutations.ts'
import type { ProductName } from './product.ts'
import type { ReadKind } from './setup.ts'

/** A broken variant of the protocol, which the simulation must detect. */
export interface Control {
  readonly name: string
  readonly product?: ProductName
  readonly replacements: readonly Replacement[]
  readonly reads?: ReadKind
  /** The faults of its schedules. Default: each seed has its choice. */
  readonly faults?: readonly FaultName[]
  /** True if it does not even answer: it never gets to the end of the log. */
  readonly isStuck?: true
  /** The number of schedules in which it must be detected. Default: 60. */
  readonly seeds?: number
}

const follower = 'follow/follower.ts'
const loader = 'cache/loader.ts'

const anyTip: Replacement = { file: follower, text: ' || entry.previousTip !== at.tip', by: '' }
const noChain: Replacement = {
  file: follower,
  text: 'if (entry.position.sequence !== at.sequence + 1 || entry.previousTip !== at.tip) return false',
  by: '',
}
/** Faults that replace entries by others of the same sequences. */
const setBack: readonly FaultName[] = ['lateBranch', 'briefRestore', 'trimmedLog']
/** Faults after which entries are missed and a load is still in flight. */
const missed: readonly FaultName[] = ['gapsUnderLoad', 'lostPush']

const anyEnd: Replacement = { file: follower, text: ' || !hasReached(answer.position)', by: '' }
const noDirtyLoads: Replacement = {
  file: loader,
  text: 'const { invalidatedBy, generation } = inFlight',
  by: "const { generation } = inFlight\n const invalidatedBy = undefined as InFlightLoad['invalidatedBy']",
}
const keepsEachAnswer: Replacement = {
  file: loader,
  text: 'generation === follower.generation() && policy.entryOf(key) === before',
  by: 'true',
}

/** The protocol without one of its rules, and common alternatives. */
export const controls: readonly Control[] = [
  {
    name: 'rule 1: a lease from the time of the answer',
    replacements: [{ file: follower, text: 'lease.grant(sentAt)', by: 'lease.grant(momentOf(clock))' }],
  },
  {
    name: 'rule 1: a lease for a page that is not the last',
    replacements: [{ file: follower, text: ' || !answer.complete || !hasReached(answer.position)', by: '' }],
  },
  {
    name: 'rule 1: a page that is skipped',
    replacements: [
      {
        file: follower,
        text: 'else if (!answer.entries.every(advance) || !answer.complete || !hasReached(answer.position)) return false',
        by: 'else {\n answer.entries.every(advance)\n at = answer.position\n }',
      },
    ],
  },
  { name: 'rule 1: entries out of order', replacements: [noChain] },
  { name: 'rule 1: no comparison of tips', replacements: [anyTip, anyEnd], faults: setBack },
  {
    name: 'rule 1: a lease if pushes went beyond the end on another branch',
    replacements: [
      { file: follower, text: 'tips.get(sequence) === tip', by: '(at.sequence > sequence || at.tip === tip)' },
    ],
    faults: setBack,
  },
  {
    name: 'rule 1: entries of a read that need not chain',
    replacements: [
      {
        file: follower,
        text: '!answer.entries.every(advance)',
        by: '!answer.entries.every((entry) => {\n if (entry.position.sequence <= (at?.sequence ?? 0)) return true\n handler.apply(entry)\n at = entry.position\n tips.set(at.sequence, at.tip)\n return true\n })',
      },
    ],
    faults: setBack,
  },
  {
    name: 'rule 1: an entry at the next position that is ignored',
    isStuck: true,
    replacements: [
      {
        file: follower,
        text: 'entry.position.sequence <= at.sequence)',
        by: 'entry.position.sequence <= at.sequence + 1)',
      },
    ],
  },
  {
    name: 'rule 1: a lease on the monotonic clock alone',
    replacements: [{ file: 'follow/lease.ts', text: ' && wall < untilWall', by: '' }],
  },
  {
    name: 'rule 1: a lease on the wall clock alone',
    replacements: [{ file: 'follow/lease.ts', text: 'monotonic < untilMonotonic && ', by: '' }],
  },
  {
    name: 'rule 2: a reset that does not change the generation',
    replacements: [{ file: follower, text: 'generation++\n    at = position', by: 'at = position' }],
  },
  {
    name: 'rule 3: a push that is applied without the chain',
    replacements: [
      {
        file: follower,
        text: 'entries.findIndex((entry) => !advance(entry))',
        by: 'entries.findIndex((entry) => {\n if (at === undefined) return true\n handler.apply(entry)\n at = entry.position\n return false\n })',
      },
    ],
  },
  {
    name: 'rule 4: changes that make no load dirty',
    replacements: [
      {
        file: 'cache/in-flight-loads.ts',
        text: 'for (const inFlight of of(key) ?? []) inFlight.invalidatedBy = { mark }',
        by: 'void [key, mark]',
      },
    ],
  },
  {
    name: 'rule 5: loads of another generation are kept',
    replacements: [
      { file: loader, text: 'generation === follower.generation() && policy.entryOf', by: 'policy.entryOf' },
      {
        file: loader,
        text: 'policy.loaded(key, mark, generation)',
        by: 'policy.loaded(key, mark, follower.generation())',
      },
    ],
    faults: missed,
  },
  { name: 'rule 5: every answer is kept', replacements: [noDirtyLoads, keepsEachAnswer] },
  {
    name: 'rule 6: a check joins a load of any age',
    replacements: [{ file: loader, text: ' && follower.isRecent(startedAt)', by: '' }],
  },
  {
    name: 'rule 6: a check joins a load that is dirty',
    replacements: [
      { file: loader, text: ' && invalidatedBy === undefined && follower', by: ' && follower' },
      noDirtyLoads,
    ],
  },
  {
    name: 'rule 7: what is known is served without a lease',
    replacements: [{ file: follower, text: 'isLive: lease.holds', by: 'isLive: () => at !== undefined' }],
  },
  {
    name: 'plain pub/sub: live for as long as it is subscribed',
    reads: 'none',
    replacements: [noChain, { file: follower, text: 'isLive: lease.holds', by: 'isLive: () => at !== undefined' }],
  },
  { name: 'a lease by PING', reads: 'ping', replacements: [noChain, anyEnd] },
  {
    name: 'a log that is behind: its entries replace newer marks',
    replacements: [
      {
        file: 'cache/cache-policy.ts',
        text: 'isCachedMark(entry) && entry.mark.expiresAt > clock.wall() && !includes(mark, entry.mark)',
        by: 'false',
      },
    ],
  },
  {
    name: 'a log that is behind: its entries are served for a key without an entry',
    seeds: 400,
    replacements: [{ file: 'cache/cache-policy.ts', text: 'entry !== undefined && !isBehind', by: '!isBehind' }],
  },
  {
    name: 'a mirror that drops the keys of a push that does not fit',
    product: 'mirroredStore',
    replacements: [
      {
        file: 'mirror/mirrored-store.ts',
        text: 'renew: (log) =>',
        by: `suspect: (keys, log) => {
        for (const key of keys)
          mirrors[log]?.apply({ position: { epoch: '', sequence: 0, tip: '' }, previousTip: '', key, mark: undefined })
      },
      renew: (log) =>`,
      },
    ],
  },
  {
    name: 'a mirror that does not follow while its scan runs',
    product: 'mirroredStore',
    replacements: [{ file: 'mirror/log-mirror.ts', text: 'scan?.copy()?.apply(entry)', by: '' }],
  },
  {
    name: 'a mirror that is served on after a reset',
    product: 'mirroredStore',
    replacements: [{ file: 'mirror/log-mirror.ts', text: 'isComplete = false\n      begin()', by: 'begin()' }],
  },
]
