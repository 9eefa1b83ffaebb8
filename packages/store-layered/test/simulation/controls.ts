import type { Replacement } from './mutations.ts'

/** A broken variant of the protocol, which the simulation must detect. */
export interface Control {
  readonly name: string
  readonly replacements: readonly Replacement[]
  /** True if probes use the subscription, and so confirm nothing about the primary. */
  readonly pings?: boolean
}

const noComparison: Replacement = {
  file: 'follow/log-view.ts',
  text: 'if (base !== undefined && !isSame(base, position)) return gap()',
  by: '',
}
const noChain: Replacement = { file: 'follow/log-view.ts', text: 'if (!follows) return gap()', by: '' }
const noRefusal: Replacement = {
  file: 'cache/loader.ts',
  text: 'if (mayKeep(viewOf(key), inFlight, result)) {',
  by: '{',
}
const noInvalidation: Replacement = {
  file: 'cache/loader.ts',
  text: 'const { invalidatedBy } = inFlight',
  by: "const invalidatedBy = undefined as InFlightLoad['invalidatedBy']",
}
const anyLoad: Replacement = { file: 'cache/loader.ts', text: '&& invalidatedBy === undefined', by: '' }

/** The protocol without one of its rules, and common alternatives. */
export const controls: readonly Control[] = [
  {
    name: 'rule 1: a lease from the confirmation instead of the probe',
    replacements: [{ file: 'follow/log-view.ts', text: 'lease.grant(sentAt)', by: 'lease.grant(momentOf(clock))' }],
  },
  { name: 'rule 1: no comparison of the confirmed position', replacements: [noComparison] },
  {
    name: 'rule 1: a lease on the monotonic clock alone',
    replacements: [{ file: 'follow/lease.ts', text: ' && wall < untilWall', by: '' }],
  },
  {
    name: 'rule 1: a lease on the wall clock alone',
    replacements: [{ file: 'follow/lease.ts', text: 'monotonic < untilMonotonic && ', by: '' }],
  },
  { name: 'rule 2: no check of the previous change', replacements: [noChain] },
  {
    name: 'rule 2: changes that do not invalidate reads in flight',
    replacements: [
      {
        file: 'cache/in-flight-loads.ts',
        text: 'for (const inFlight of of(key) ?? []) inFlight.invalidatedBy = { mark }',
        by: 'void [key, mark]',
      },
    ],
  },
  {
    name: 'rule 3: a gap that does not change the generation',
    replacements: [
      {
        file: 'follow/log-view.ts',
        text: "forgetAll()\n    return 'gap'",
        by: "forgetAll()\n    generation--\n    return 'gap'",
      },
    ],
  },
  { name: 'rule 4: a naive fill', replacements: [noRefusal, noInvalidation] },
  { name: 'rule 5: reads that join one that is out of date', replacements: [anyLoad, noInvalidation] },
  {
    name: 'plain pub/sub: live for as long as it is subscribed',
    replacements: [
      noComparison,
      noChain,
      { file: 'follow/log-view.ts', text: 'isLive: lease.holds', by: 'isLive: () => isOpen' },
      { file: 'follow/log-view.ts', text: 'isBased: () => base !== undefined', by: 'isBased: () => true' },
    ],
  },
  { name: 'a lease by PING', replacements: [noComparison, noChain], pings: true },
  {
    name: 'a log that is behind: its changes replace newer marks',
    replacements: [
      {
        file: 'cache/cache-policy.ts',
        text: 'isCachedMark(entry) && entry.mark.expiresAt > clock.wall() && !includes(mark, entry.mark)',
        by: 'false',
      },
    ],
  },
  {
    name: 'a log that is behind: its changes are served for a key without an entry',
    replacements: [{ file: 'cache/cache-policy.ts', text: 'entry !== undefined && !isBehind', by: '!isBehind' }],
  },
]
