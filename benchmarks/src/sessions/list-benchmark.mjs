// @ts-check

const variant = '`list` of `redisSessions`'
const clients = ['ioredis', 'node-redis']
const mostMs = 10

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const sessionListBenchmark = {
  title: 'The list of 1,000 sessions of a subject',
  about: '`list` for a subject with 1,000 open sessions, 100 times, one at a time, after 20 to warm up.',
  rounds: 5,
  seconds: 3,
  packages: ['@revoked/store-redis', 'ioredis', 'redis'],
  runs: clients.map((client) => ({
    variant,
    group: { client },
    script: 'sessions/list-round.mjs',
    args: [`--client=${client}`],
  })),
  metrics: [
    { metric: 'median', unit: 'ms', digits: 2, read: ({ medianMs }) => medianMs },
    { metric: 'slowest', unit: 'ms', digits: 2, read: ({ maxMs }) => maxMs },
  ],
  targets: Object.fromEntries(
    clients.map((client) => [
      `${client}: 1,000 sessions in less than ${mostMs} ms`,
      (series) => series.spread(variant, 'median', { client }).median < mostMs,
    ]),
  ),
}
