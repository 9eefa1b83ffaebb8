// @ts-check

/** @typedef {import('../measure/rounds.mjs').Run} Run */

const mirror = 'mirror'
const memory = '`memoryStore`'
const clientSide = 'node-redis, client-side caching, 1 key, hot'
const sizes = [300, 10_000, 1_000_000]

/** @param {number} marks @returns {Run[]} */
const runsOf = (marks) => [
  {
    variant: mirror,
    group: { marks },
    script: 'mirror/checks-round.mjs',
    args: ['--store=mirror', `--marks=${marks}`],
  },
  {
    variant: memory,
    group: { marks },
    script: 'mirror/checks-round.mjs',
    args: ['--store=memory', `--marks=${marks}`],
  },
]

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const mirrorChecksBenchmark = {
  title: 'Checks of tokens that were never seen before',
  about: `10,000 tokens in rotation, 1% of them revoked by \`jti\`, four keys each, over a mirror of Redis and over \`memoryStore\`. Neither
keeps anything of a check, so each check is like that of a token that was never seen before. node-redis answers from its cache, which has
seen the tokens before.`,
  rounds: 5,
  seconds: 75,
  packages: [
    '@revoked/core',
    '@revoked/store-layered',
    '@revoked/store-memory',
    '@revoked/store-redis',
    'ioredis',
    'redis',
    'tinybench',
  ],
  runs: [
    ...sizes.flatMap(runsOf),
    {
      variant: clientSide,
      script: 'latency/round.mjs',
      args: ['--variant=node-redis-cached', '--concurrency=1', '--time=1000'],
      parts: { 1: { variant: clientSide } },
    },
  ],
  metrics: [
    { metric: 'time per check', unit: 'ns', read: ({ perSecond }) => 1e9 / perSecond },
    { metric: 'checks', unit: 'per second', read: ({ perSecond }) => perSecond },
  ],
  targets: Object.fromEntries(
    sizes.flatMap((marks) => [
      [
        `${marks} marks: within 1.3 times the time of memoryStore`,
        (series) => series.ratio('time per check', mirror, memory, { marks }).median <= 1.3,
      ],
      [
        `${marks} marks: at least 5 times the speed of ${clientSide}`,
        (series) => {
          const { median } = series.spread(clientSide, 'checks')
          return series.spread(mirror, 'checks', { marks }).median >= 5 * median
        },
      ],
    ]),
  ),
}
