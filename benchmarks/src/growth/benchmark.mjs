// @ts-check

const memory = '`memoryStore`'
const tokensAlone = '`memoryStore`, marks of tokens alone'
const maps = 'bare `Map`s, 4 look-ups'
const redis = '`redisStore`, ioredis'
const mirror = '`mirroredStore`'

const localSizes = [1_000, 10_000, 100_000, 1_000_000, 10_000_000]
const remoteSizes = localSizes.slice(0, -1)
const flatWithin = 2

/** @type {Readonly<Record<string, readonly number[]>>} */
const sizesOf = { [memory]: localSizes, [tokensAlone]: localSizes, [redis]: remoteSizes, [mirror]: remoteSizes }

/** @param {string} variant @param {string} name @param {readonly string[]} more */
const localRun = (variant, name, ...more) => ({
  variant,
  script: 'growth/local-round.mjs',
  args: [`--variant=${name}`, `--sizes=${localSizes}`, ...more],
  parts: Object.fromEntries(localSizes.map((marks) => [marks, { variant, group: { marks } }])),
})

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const growthBenchmark = {
  title: 'The time of a check by the number of marks',
  about: `10,000 tokens in rotation, 1% of them revoked by \`jti\`, one check after the other, with all marks live: 70% of tokens,
20% of sessions and 10% of subjects, so that each of three look-ups has to pass by many marks. The stores of all sizes exist at
once and take turns of 50 ms, so that what slows the machine for a while slows all of them. In memory, a sample is the mean of
100 checks.`,
  rounds: 3,
  seconds: 250,
  packages: ['@revoked/core', '@revoked/store-layered', '@revoked/store-memory', '@revoked/store-redis', 'ioredis'],
  runs: [
    localRun(memory, 'memory'),
    localRun(tokensAlone, 'memory', '--tokens'),
    localRun(maps, 'maps'),
    {
      variant: redis,
      script: 'growth/remote-round.mjs',
      args: [`--sizes=${remoteSizes}`],
      parts: Object.fromEntries(
        remoteSizes.flatMap((marks) => [
          [`redis ${marks}`, { variant: redis, group: { marks } }],
          [`mirror ${marks}`, { variant: mirror, group: { marks } }],
        ]),
      ),
    },
  ],
  metrics: [
    { metric: 'p50', unit: 'µs', digits: 2, read: ({ p50 }) => p50 },
    { metric: 'p99', unit: 'µs', digits: 2, read: ({ p99 }) => p99 },
  ],
  targets: Object.fromEntries(
    Object.entries(sizesOf).map(([variant, sizes]) => [
      `${variant}: the slowest p50 within ${flatWithin} times the fastest`,
      (series) => {
        const medians = sizes.map((marks) => series.spread(variant, 'p50', { marks }).median)
        return Math.max(...medians) <= flatWithin * Math.min(...medians)
      },
    ]),
  ),
}
