// @ts-check

const check = '`check` of revoked, 4 keys'
const clientSide = 'node-redis, client-side caching, 1 key'
const bento = 'bentocache, 1 key'
const cacheable = 'cacheable, 1 key'
const bare = 'bare `lru-cache`s, 4 keys'

const variants = {
  [check]: 'revoked',
  [clientSide]: 'node-redis',
  [bento]: 'bentocache',
  [cacheable]: 'cacheable',
  'cache-manager, 1 key': 'cache-manager',
  [bare]: 'bare',
}

/**
 * How many times as fast as which peer `check` is at least. @type {readonly (readonly [peer:
 * string, least: number])[]}
 */
const ratios = [
  [clientSide, 5],
  [bento, 10],
  [cacheable, 10],
  [bare, 0.4],
]

const leastPerSecond = 1_000_000

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const layeredHotBenchmark = {
  title: 'Checks that the local cache answers',
  about: `10,000 tokens in rotation, 1% of them revoked by \`jti\`, all of it in the local cache: the server is not asked. One after the
other, in passes over all tokens, each of which must find the 100.`,
  rounds: 5,
  seconds: 20,
  packages: [
    '@keyv/redis',
    '@revoked/core',
    '@revoked/store-layered',
    '@revoked/store-redis',
    'bentocache',
    'cache-manager',
    'cacheable',
    'ioredis',
    'lru-cache',
    'redis',
    'tinybench',
  ],
  runs: Object.entries(variants).map(([variant, name]) => ({
    variant,
    script: 'layered/hot-round.mjs',
    args: [`--variant=${name}`],
  })),
  metrics: [
    { metric: 'time per check', unit: 'ns', read: ({ perSecond }) => 1e9 / perSecond },
    { metric: 'checks', unit: 'per second', read: ({ perSecond }) => perSecond },
  ],
  targets: {
    'at least 1,000,000 checks a second': (series) => series.spread(check, 'checks').median >= leastPerSecond,
    ...Object.fromEntries(
      ratios.map(([peer, least]) => [
        `at least ${least} times the speed of ${peer}`,
        (/** @type {import('../measure/series.mjs').SeriesReader} */ series) =>
          series.ratio('checks', check, peer).median >= least,
      ]),
    ),
  },
}
