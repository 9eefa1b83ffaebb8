// @ts-check

const variant = '`sqliteStore`'
const few = { marks: 1_000 }
const many = { marks: 1_000_000 }
const pruning = { marks: 1_000_000, meanwhile: 'pruning' }
const burst = { marks: 1_000_000, meanwhile: '100,000 revocations at once' }

const medianBelow = 10
const flatWithin = 2
const turnBelow = 20

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const sqliteBenchmark = {
  title: 'Look-ups and revocations over a SQLite file',
  about: `\`find\` of the four keys of a token that is not revoked, one after the other, with random ids. Over node:sqlite if the Node that
runs has it, and over better-sqlite3 otherwise. Revocations are of one token each, so many callers at a time, over a million marks.
\`full\` waits for the disk once for each transaction. Expired marks are pruned while \`find\` is timed again. Pruning and
the burst wait for the disk, too. A busy turn leaves out that wait, and what other processes took of the core.`,
  rounds: 3,
  seconds: 150,
  packages: ['@revoked/core', '@revoked/store-sqlite'],
  runs: [
    {
      variant,
      script: 'sqlite/round.mjs',
      parts: {
        'find 1000': { variant, group: few },
        'find 1000000': { variant, group: many },
        pruning: { variant, group: pruning },
        burst: { variant, group: burst },
        ...Object.fromEntries(
          ['full', 'normal'].flatMap((synchronous) =>
            [1, 64].map((callers) => [
              `record ${synchronous} ${callers}`,
              { variant, group: { marks: 1_000_000, synchronous, callers } },
            ]),
          ),
        ),
      },
    },
  ],
  metrics: [
    { metric: 'find, p50', unit: 'µs', digits: 1, read: ({ p50 }) => p50 },
    { metric: 'find, p99', unit: 'µs', digits: 1, read: ({ p99 }) => p99 },
    { metric: 'revocations', unit: 'per second', read: ({ perSecond }) => perSecond },
    { metric: 'longest busy turn', unit: 'ms', digits: 1, read: ({ busyMs }) => busyMs },
    { metric: 'longest turn, waits included', unit: 'ms', digits: 1, read: ({ chainMs }) => chainMs },
  ],
  targets: {
    [`find of four keys below ${medianBelow} µs`]: (series) =>
      [few, many].every((group) => series.spread(variant, 'find, p50', group).median < medianBelow),
    [`find with a million marks within ${flatWithin} times that with a thousand, also while pruning`]: (series) => {
      const base = series.spread(variant, 'find, p50', few).median
      return [many, pruning].every((group) => series.spread(variant, 'find, p50', group).median <= flatWithin * base)
    },
    [`no turn of the event loop is busy for more than ${turnBelow} ms`]: (series) =>
      [pruning, burst].every((group) => series.spread(variant, 'longest busy turn', group).max <= turnBelow),
    [`the longest turn, waits for the disk included, is below ${turnBelow} ms`]: (series) =>
      [pruning, burst].every(
        (group) => series.spread(variant, 'longest turn, waits included', group).median < turnBelow,
      ),
  },
}
