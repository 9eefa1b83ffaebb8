// @ts-check

/**
 * @typedef {import('../measure/loop-watch.mjs').Delays} Delays
 * @typedef {{ idle: Delays, inserting: Delays, sweeping: Delays & { ms: number }, bytesPerMark:
 *   number, bytesLeft: number }} Round
 */

const revoked = '`memoryStore`'
const naive = 'a `Map`, swept in one pass'
const variants = { [revoked]: 'revoked', [naive]: 'naive' }
const groups = [{ expiry: 'within a minute' }, { expiry: 'on one instant' }]

const mostBytesLeft = 5e6

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const sweepBenchmark = {
  title: 'The event loop while a million marks expire',
  about: `1,000,000 marks (700,000 \`jti\`, 200,000 \`sid\`, 100,000 \`sub\`; UUIDs), inserted in batches of 1,000 with the
loop free in between; they expire within one minute, or on one instant; then the clock jumps past it. The naive peer is one
\`Map<string, number>\` from ids to expiries. The histogram reads 1 ms and a little if nothing is delayed. A busy turn leaves out what
other processes took of the core, and is only as exact as the system accounts for time (often 4 ms).`,
  rounds: 2,
  seconds: 36,
  packages: ['@revoked/store-memory'],
  runs: groups.flatMap((group) =>
    Object.entries(variants).map(([variant, name]) => ({
      variant,
      group,
      script: 'sweep/round.mjs',
      args: [`--variant=${name}`, `--expiry=${group.expiry.includes('minute') ? 'minute' : 'instant'}`],
    })),
  ),
  metrics: [
    .../** @type {const} */ (['idle', 'inserting', 'sweeping']).flatMap((phase) => [
      {
        metric: `longest delay, ${phase}`,
        unit: 'ms',
        digits: 1,
        read: (/** @type {Round} */ round) => round[phase].histogramMs,
      },
      {
        metric: `longest turn, ${phase}`,
        unit: 'ms',
        digits: 1,
        read: (/** @type {Round} */ round) => round[phase].chainMs,
      },
      {
        metric: `longest busy turn, ${phase}`,
        unit: 'ms',
        digits: 1,
        read: (/** @type {Round} */ round) => round[phase].busyMs,
      },
      {
        metric: `longest garbage collection, ${phase}`,
        unit: 'ms',
        digits: 1,
        read: (/** @type {Round} */ round) => round[phase].gcMs,
      },
    ]),
    { metric: 'from the first mark to the last, sweeping', unit: 'ms', read: ({ sweeping }) => sweeping.ms },
    { metric: 'heap per mark', unit: 'bytes', read: ({ bytesPerMark }) => bytesPerMark },
    { metric: 'heap left by all marks', unit: 'bytes', read: ({ bytesLeft }) => bytesLeft },
  ],
  targets: {
    'longest busy turn shorter than the naive one, in every round': (series) =>
      series.ratio('longest busy turn, sweeping', naive, revoked, groups[0]).min > 1,
    'at most 5 MB of heap left': (series) =>
      Math.max(...series.all('heap left by all marks', ({ max }) => max)) <= mostBytesLeft,
  },
}
