import type { Replacement } from './mutants.ts'

/** Something that is not the protocol, and must be found out. */
export interface Control {
  readonly name: string
  readonly replacements: readonly Replacement[]
  /** Whether its probes go over the subscription, and say nothing of the primary. */
  readonly pings?: boolean
}

const noComparison: Replacement = {
  file: 'log-view.ts',
  text: 'if (base !== undefined && !isSame(base, position)) return gap()',
  by: '',
}
const noChain: Replacement = { file: 'log-view.ts', text: 'if (!follows) return gap()', by: '' }
const noRefusal: Replacement = { file: 'asker.ts', text: 'if (mayKeep(viewOf(key), flight, landing)) {', by: '{' }
const noNewsInAnswers: Replacement = {
  file: 'asker.ts',
  text: 'const { news } = flight',
  by: "const news = undefined as Flight['news']",
}
const anyFlight: Replacement = { file: 'asker.ts', text: '&& news === undefined', by: '' }

/** The protocol without one of its rules, and what others do. */
export const controls: readonly Control[] = [
  {
    name: 'rule 1: a lease from when the confirmation was received, not from when the probe was sent',
    replacements: [{ file: 'log-view.ts', text: 'lease.grant(sentAt)', by: 'lease.grant(momentOf(clock))' }],
  },
  { name: 'rule 1: the position of a probe compared with nothing', replacements: [noComparison] },
  {
    name: 'rule 1: a lease on the monotonic clock alone',
    replacements: [{ file: 'lease.ts', text: ' && wall < untilWall', by: '' }],
  },
  {
    name: 'rule 1: a lease on the wall clock alone',
    replacements: [{ file: 'lease.ts', text: 'monotonic < untilMonotonic && ', by: '' }],
  },
  { name: 'rule 2: changes whose predecessor is not looked at', replacements: [noChain] },
  {
    name: 'rule 2: changes that reads under way are not told of',
    replacements: [
      {
        file: 'flights.ts',
        text: 'for (const flight of of(key) ?? []) flight.news = { mark }',
        by: 'void [key, mark]',
      },
    ],
  },
  {
    name: 'rule 3: a gap that leaves the generation as it is',
    replacements: [
      {
        file: 'log-view.ts',
        text: "forgetAll()\n    return 'gap'",
        by: "forgetAll()\n    generation--\n    return 'gap'",
      },
    ],
  },
  { name: 'rule 4: a naive fill', replacements: [noRefusal, noNewsInAnswers] },
  { name: 'rule 5: reads that join one that is out of date', replacements: [anyFlight, noNewsInAnswers] },
  {
    name: 'plain pub/sub: live for as long as it is subscribed',
    replacements: [
      noComparison,
      noChain,
      { file: 'log-view.ts', text: 'isLive: lease.holds', by: 'isLive: () => isOpen' },
      { file: 'log-view.ts', text: 'isBased: () => base !== undefined', by: 'isBased: () => true' },
    ],
  },
  { name: 'a lease by PING', replacements: [noComparison, noChain], pings: true },
  {
    name: 'a log that is behind: what it tells replaces what is newer',
    replacements: [
      {
        file: 'knowledge.ts',
        text: 'isHeld(entry) && entry.mark.expiresAt > clock.wall() && !includes(mark, entry.mark)',
        by: 'false',
      },
    ],
  },
  {
    name: 'a log that is behind: what it tells is served for a key whose newer mark was evicted, or dropped',
    replacements: [{ file: 'knowledge.ts', text: 'entry !== undefined && !isBehind', by: '!isBehind' }],
  },
]
