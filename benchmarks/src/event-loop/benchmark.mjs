// @ts-check

/**
 * @typedef {import('../measure/loop-watch.mjs').Delays} Delays
 * @typedef {{ idle?: Delays, inserting?: Delays, sweeping?: Delays & { ms: number } }} Sweep
 */

const memory = '`memoryStore`'
const naive = 'a `Map`, swept in one pass'
const redis = '`redisStore`, in one call'
const redisSlices = '`redisStore`, in calls of 1,000'

const sweepers = { [memory]: 'revoked', [naive]: 'naive' }
const sweeps = {
  minute: { event: '1,000,000 marks expire within a minute' },
  instant: { event: '1,000,000 marks expire on one instant' },
}
const burst = { event: '100,000 revocations at once' }
const bursts = {
  [memory]: 'memory',
  'a `Map`, in one loop': 'map',
  [redis]: 'redis',
  [redisSlices]: 'redis-slices',
  '`layeredStore`, revoked elsewhere': 'layered',
  '`mirroredStore`, revoked elsewhere': 'mirror',
}

const mostBytesLeft = 5e6

/**
 * Returns the metrics of a phase of a sweep. A busy turn leaves out what other processes took of
 * the core.
 *
 * @param {'idle' | 'inserting' | 'sweeping'} phase
 * @returns {import('../measure/benchmark.mjs').Metric[]}
 */
const metricsOf = (phase) => [
  { metric: `longest delay, ${phase}`, unit: 'ms', digits: 1, read: (round) => round[phase]?.histogramMs },
  { metric: `longest busy turn, ${phase}`, unit: 'ms', digits: 1, read: (round) => round[phase]?.busyMs },
]

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const eventLoopBenchmark = {
  title: 'Delays of the event loop during sweeps and bursts',
  about: `Sweeps: 1,000,000 marks (700,000 \`jti\`, 200,000 \`sid\`, 100,000 \`sub\`; UUIDs), inserted in batches of 1,000 with the loop free in
between; they expire within one minute, or on one instant; then the clock jumps past it. The naive peer is one \`Map<string, number>\` from
ids to expiries. Bursts: 100,000 subjects are revoked, by this process, or by another one until this process refuses the last of them; a
token is checked every 10 ms meanwhile. Delays are those of Node's histogram, which reads 1 ms and a little if nothing is delayed. A busy
turn leaves out what other processes took of the core, and is only as exact as the system accounts for time (often 4 ms).`,
  rounds: 3,
  seconds: 55,
  packages: ['@revoked/core', '@revoked/store-layered', '@revoked/store-memory', '@revoked/store-redis', 'ioredis'],
  runs: [
    ...Object.entries(sweeps).flatMap(([expiry, group]) =>
      Object.entries(sweepers).map(([variant, name]) => ({
        variant,
        group,
        script: 'event-loop/sweep-round.mjs',
        args: [`--variant=${name}`, `--expiry=${expiry}`],
      })),
    ),
    ...Object.entries(bursts).map(([variant, name]) => ({
      variant,
      group: burst,
      script: 'event-loop/burst-round.mjs',
      args: [`--variant=${name}`],
    })),
  ],
  metrics: [
    {
      metric: 'longest delay',
      unit: 'ms',
      digits: 1,
      read: ({ sweeping, longestMs }) => sweeping?.histogramMs ?? longestMs,
    },
    { metric: 'delay, p99', unit: 'ms', digits: 1, read: ({ p99Ms }) => p99Ms },
    { metric: 'time', unit: 's', digits: 2, read: ({ sweeping, seconds }) => seconds ?? sweeping.ms / 1_000 },
    { metric: 'checks meanwhile', unit: 'checks', read: ({ checks }) => checks },
    { metric: 'unavailable', unit: 'checks', read: ({ unavailable }) => unavailable },
    { metric: 'slowest check', unit: 'ms', read: ({ slowestMs }) => slowestMs },
    ...metricsOf('idle'),
    ...metricsOf('inserting'),
    ...metricsOf('sweeping'),
    { metric: 'heap per mark', unit: 'bytes', read: ({ bytesPerMark }) => bytesPerMark },
    { metric: 'heap left by all marks', unit: 'bytes', read: ({ bytesLeft }) => bytesLeft },
  ],
  targets: {
    'longest busy turn shorter than the naive one, in every round': (series) =>
      series.ratio('longest busy turn, sweeping', naive, memory, sweeps.minute).min > 1,
    'at most 5 MB of heap left': (series) =>
      Math.max(...series.all('heap left by all marks', ({ max }) => max)) <= mostBytesLeft,
    'one call takes no longer than calls of 1,000': (series) =>
      series.ratio('time', redis, redisSlices, burst).median <= 1,
    'no check is unavailable': (series) => Math.max(...series.all('unavailable', ({ max }) => max)) === 0,
  },
}
