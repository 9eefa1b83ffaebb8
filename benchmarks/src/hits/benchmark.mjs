// @ts-check

const mirror = 'mirror of Redis'
const layered = 'layered store over Redis (LRU)'

const variants = {
  [layered]: 'layered',
  [mirror]: 'mirror',
  'Redis store alone': 'redis',
  'LRU with a TTL over it': 'ttl',
  'node-redis, client-side caching': 'node-redis-cached',
  bentocache: 'bentocache',
  cacheable: 'cacheable',
  'cache-manager': 'cache-manager',
}

const shares = [0, 50, 90, 99, 100]
const concurrencies = [1, 64]
const loads = concurrencies.flatMap((concurrency) => shares.map((seen) => ({ seen, concurrency })))

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const hitsBenchmark = {
  title: 'Round-trips by hit ratio',
  about: `2,000 requests, of which a share is of 1,000 tokens that were seen before, and each other one of a token that never was.
Every answer is compared with the right one. Round-trips are the commands for reading that the server counted. One at a time, each look-up
that is not answered locally is one; of 64 in flight, those of one turn of the event loop share one in our stores.`,
  rounds: 3,
  seconds: 14,
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
  ],
  runs: Object.entries(variants).map(([variant, name]) => ({
    variant,
    script: 'hits/round.mjs',
    args: [`--variant=${name}`, `--loads=${JSON.stringify(loads)}`],
    parts: Object.fromEntries(loads.map((group, index) => [index, { variant, group }])),
  })),
  metrics: [{ metric: 'round-trips', unit: 'per 1,000 requests', read: ({ perThousand }) => perThousand }],
  targets: {
    'the mirror needs none, whatever was seen before': (series) =>
      loads.every((load) => series.spread(mirror, 'round-trips', load).max === 0),
    'the layered store needs none for what was seen before': (series) =>
      concurrencies.every((concurrency) => {
        return series.spread(layered, 'round-trips', { seen: 100, concurrency }).max === 0
      }),
    // Otherwise the commands that are counted are not those that a variant reads with.
    'all others ask for each token that was never seen': (series) =>
      Object.keys(variants).every((variant) => {
        return variant === mirror || series.spread(variant, 'round-trips', { seen: 0, concurrency: 1 }).min >= 1_000
      }),
  },
}
