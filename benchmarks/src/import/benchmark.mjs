// @ts-check

const stores = ['Redis', 'PostgreSQL']
const marks = 1_000_000

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const importBenchmark = {
  title: 'An import of a million marks',
  about: `\`revoked import\` of an export in a file into an empty store, without \`--pace\`, up to the scan that verifies it. Another process
checks tokens one after the other over the same store meanwhile, with a pause of 1 ms, and did so for two seconds before.`,
  rounds: 3,
  seconds: 80,
  packages: ['@revoked/core', '@revoked/store-redis', '@revoked/store-postgres', 'ioredis', 'pg'],
  runs: stores.map((variant) => ({
    variant,
    script: 'import/round.mjs',
    args: [`--store=${variant}`, `--marks=${marks}`],
  })),
  metrics: [
    { metric: 'import', unit: 's', digits: 1, read: ({ seconds }) => seconds },
    { metric: 'marks', unit: 'per second', read: ({ perSecond }) => perSecond },
    { metric: 'missing', unit: 'marks', read: ({ missing }) => missing },
    { metric: 'checks answered meanwhile', unit: 'checks', read: ({ answered }) => answered },
    { metric: 'unavailable', unit: 'checks', read: ({ unavailable }) => unavailable },
    { metric: 'check before, p50', unit: 'ms', digits: 2, read: ({ before }) => p50Of(before) },
    { metric: 'check meanwhile, p50', unit: 'ms', digits: 2, read: ({ meanwhile }) => p50Of(meanwhile) },
    { metric: 'check meanwhile, p99', unit: 'ms', digits: 1, read: ({ meanwhile }) => p99Of(meanwhile) },
    { metric: 'longest check meanwhile', unit: 'ms', digits: 1, read: ({ longestMs }) => longestMs },
  ],
  targets: {
    'no mark is missing': (series) => stores.every((store) => series.spread(store, 'missing').max === 0),
    'no check becomes unavailable': (series) => stores.every((store) => series.spread(store, 'unavailable').max === 0),
  },
}

/** @param {unknown} summary */
function p50Of(summary) {
  return Object(summary).p50
}

/** @param {unknown} summary */
function p99Of(summary) {
  return Object(summary).p99
}
