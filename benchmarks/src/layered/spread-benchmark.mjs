// @ts-check

const variant = 'layered store'
const mostMs = 5

/** @typedef {import('../measure/benchmark.mjs').Metric} Metric */

/** @param {string} since @param {'fromCall' | 'fromAnswer'} key @returns {Metric[]} */
const percentilesOf = (since, key) => [
  { metric: `p50 ${since}`, unit: 'ms', digits: 2, read: (round) => round[key].p50 },
  { metric: `p99 ${since}`, unit: 'ms', digits: 2, read: (round) => round[key].p99 },
  { metric: `longest ${since}`, unit: 'ms', digits: 2, read: (round) => round[key].max },
]

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const layeredSpreadBenchmark = {
  title: 'From a revocation to the refusal in another process',
  about: `ms from \`revoke\` in one process to the first refusal in another, which had the token in its local cache as active. 500
tokens, one after the other, on one machine and without faults. The other process checks when the store passes the entry of the log to
its observers. A negative time means that the refusal came before \`revoke\` had its answer.`,
  rounds: 3,
  seconds: 5,
  packages: ['@revoked/core', '@revoked/store-layered', '@revoked/store-redis', 'ioredis'],
  runs: [{ variant, script: 'layered/spread-round.mjs' }],
  metrics: [...percentilesOf('since the call', 'fromCall'), ...percentilesOf('since the answer', 'fromAnswer')],
  targets: {
    [`p99 below ${mostMs} ms`]: (series) => series.spread(variant, 'p99 since the call').median < mostMs,
  },
}
