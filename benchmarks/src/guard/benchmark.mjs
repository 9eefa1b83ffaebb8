// @ts-check

/** @typedef {import('../measure/rounds.mjs').Run} Run */

const pairs = {
  memory: '`check` over `memoryStore`, relative to bare `Map`s',
  layered: '`check` over `layeredStore`, seen before, relative to bare `lru-cache`s',
  mirror: '`check` over `mirroredStore`, relative to bare `lru-cache`s',
  redis: '`check` over `redisStore`, 64 at a time, relative to MGET autopipelined',
  record: '`record` of `redisStore`, batches of 100, relative to SET pipelined',
}

/** What a build with slower checks makes worse. */
export const checkPairs = [pairs.memory, pairs.layered, pairs.mirror, pairs.redis]

const loads = [
  { seen: 0, concurrency: 1 },
  { seen: 90, concurrency: 1 },
]

/** What is counted, and the same in each run. */
const counted = ['round-trips', 'share of used_memory']

/** @param {string} variant @param {string} name @returns {Run} */
const roundTripsOf = (variant, name) => ({
  variant,
  script: 'hits/round.mjs',
  args: [`--variant=${name}`, `--loads=${JSON.stringify(loads)}`],
  parts: Object.fromEntries(loads.map((group, index) => [index, { variant, group }])),
})

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const guardBenchmark = {
  title: 'The regression guard',
  about: `What ours costs, relative to a yardstick that takes turns with it in the same process: processor time, the median of 40 turns. Round-trips are
per request, and bytes are those of a mark in Redis.`,
  rounds: 5,
  seconds: 18,
  packages: ['@revoked/core', '@revoked/store-layered', '@revoked/store-memory', '@revoked/store-redis', 'ioredis'],
  runs: [
    ...Object.entries(pairs).map(([pair, variant]) => ({
      variant,
      script: 'guard/round.mjs',
      args: [`--pair=${pair}`],
    })),
    roundTripsOf('round-trips of `redisStore`', 'redis'),
    roundTripsOf('round-trips of `layeredStore`', 'layered'),
    roundTripsOf('round-trips of `mirroredStore`', 'mirror'),
    { variant: 'memory of a mark in Redis', script: 'memory/redis-round.mjs', args: ['--variant=revoked'] },
  ],
  metrics: [
    { metric: 'cost', unit: 'times', digits: 3, read: ({ cost }) => cost },
    { metric: 'round-trips', unit: 'per 1,000 requests', read: ({ perThousand }) => perThousand },
    { metric: 'share of used_memory', unit: 'bytes', read: ({ bytesUsed }) => bytesUsed },
  ],
}

/** Returns how much a figure may exceed its baseline, as a share of it. @param {string} metric */
export function marginOf(metric) {
  return counted.includes(metric) ? 0.03 : 0.3
}
