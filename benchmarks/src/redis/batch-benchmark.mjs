// @ts-check

const oneCall = '100,000 in one call'
const manyCalls = '100,000 in calls of 1,000'

/** The variants: subjects, and subjects of a call. */
const variants = {
  [oneCall]: [100_000, 100_000],
  [manyCalls]: [100_000, 1_000],
  '300,000 in one call': [300_000, 300_000],
}

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const redisBatchBenchmark = {
  title: 'Many subjects revoked at once',
  about: `\`revoke\` of many subjects over Redis, in one call and in calls of 1,000 one after the other, while the same process checks a
token every 10 ms.`,
  rounds: 3,
  seconds: 20,
  packages: ['@revoked/core', '@revoked/store-redis', 'ioredis'],
  runs: Object.entries(variants).map(([variant, [subjects, perCall]]) => ({
    variant,
    script: 'redis/batch-round.mjs',
    args: [`--subjects=${subjects}`, `--perCall=${perCall}`],
  })),
  metrics: [
    { metric: 'time', unit: 's', digits: 1, read: ({ seconds }) => seconds },
    { metric: 'checks meanwhile', unit: 'checks', read: ({ checks }) => checks },
    { metric: 'unavailable', unit: 'checks', read: ({ unavailable }) => unavailable },
    { metric: 'slowest check', unit: 'ms', read: ({ slowestMs }) => slowestMs },
  ],
  targets: {
    'one call takes no longer than calls of 1,000': (series) => series.ratio('time', oneCall, manyCalls).median <= 1,
    'no check is unavailable': (series) => {
      return Object.keys(variants).every((variant) => series.spread(variant, 'unavailable').max === 0)
    },
  },
}
