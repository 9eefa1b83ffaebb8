// @ts-check

/** @typedef {import('../measure/rounds.mjs').Run} Run */

const check = '`check` of revoked, 4 lookups'
const bare = 'bare `Map`s, 4 lookups'
const callback = 'express-jwt-blacklist, 1 lookup, callback'
const promise = 'express-jwt-blacklist, 1 lookup, promise'
const variants = {
  [check]: 'revoked',
  [bare]: 'bare',
  [callback]: 'express-jwt-blacklist, callback',
  [promise]: 'express-jwt-blacklist, promise',
  'the loop itself, 0 lookups': 'nothing, awaited',
}

/** `parsed`: whether the tokens are seen again and again, or parsed anew before each pass. */
const loads = [
  { group: { marks: 300, parsed: 'once' }, args: ['--marks=small'] },
  { group: { marks: 1_000_000, parsed: 'once' }, args: ['--marks=large'] },
  { group: { marks: 300, parsed: 'before each pass' }, args: ['--marks=small', '--fresh'] },
]

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const checkBenchmark = {
  title: 'Checks in memory',
  about: `10,000 tokens in rotation, 1% of them revoked by \`jti\`; the revoked sessions and subjects are of no token that is checked.
1,000,000 marks are 700,000 \`jti\`, 200,000 \`sid\` and 100,000 \`sub\`, 300 are 100 of each. A round's figure is the median pass over all
tokens, divided by their number. Parsing is not timed.`,
  rounds: 3,
  seconds: 22,
  packages: ['@revoked/core', '@revoked/store-memory', 'express-jwt-blacklist', 'tinybench'],
  runs: loads.flatMap(({ group, args }) =>
    Object.entries(variants).map(([variant, name]) => ({
      variant,
      group,
      script: 'check/round.mjs',
      args: [`--variant=${name}`, ...args],
    })),
  ),
  metrics: [
    { metric: 'time per check', unit: 'ns', read: ({ p50 }) => p50 },
    { metric: 'checks', unit: 'per second', read: ({ p50 }) => 1e9 / p50 },
  ],
  targets: Object.fromEntries(
    loads.flatMap(({ group }) => [
      [
        `${group.marks} marks, parsed ${group.parsed}: at least half the speed of bare maps`,
        (series) => series.ratio('checks', check, bare, group).median >= 0.5,
      ],
      [
        `${group.marks} marks, parsed ${group.parsed}: faster than express-jwt-blacklist, however it is called`,
        (series) =>
          series.ratio('checks', check, callback, group).median > 1 &&
          series.ratio('checks', check, promise, group).median > 1,
      ],
    ]),
  ),
}
