// @ts-check

const variant = 'layered store'
const mostKiB = 0.8

/** Instances, and revocations a second. */
const loads = [
  { instances: 10, revocations: 0 },
  { instances: 100, revocations: 0 },
  { instances: 400, revocations: 0 },
  { instances: 100, revocations: 200 },
]

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const fleetBenchmark = {
  title: 'What a number of instances cost one Redis',
  about: `Instances with a layered store, without any check, while one more instance revokes so many tokens a second. Default bound of
2 s; every instance has its own client and its own subscriber.`,
  rounds: 3,
  seconds: 70,
  packages: ['@revoked/core', '@revoked/store-layered', '@revoked/store-redis', 'ioredis'],
  runs: loads.map((load) => ({
    variant,
    group: load,
    script: 'fleet/round.mjs',
    args: Object.entries(load).map(([name, value]) => `--${name}=${value}`),
  })),
  metrics: [
    { metric: 'sent by the server', unit: 'KiB per second', digits: 1, read: ({ sentKiB }) => sentKiB },
    { metric: 'received by the server', unit: 'KiB per second', digits: 1, read: ({ receivedKiB }) => receivedKiB },
    {
      metric: 'traffic of an instance',
      unit: 'KiB per second',
      digits: 2,
      read: ({ instances, sentKiB, receivedKiB }) => (sentKiB + receivedKiB) / instances,
    },
    { metric: 'commands', unit: 'per second', read: ({ commands }) => commands },
    { metric: 'processor time of the server', unit: '% of a core', digits: 1, read: ({ cpuShare }) => cpuShare * 100 },
  ],
  targets: Object.fromEntries(
    loads
      .filter(({ revocations }) => revocations === 0)
      .map((load) => [
        `${load.instances} idle: at most ${mostKiB} KiB/s an instance, sent and received`,
        (series) => series.spread(variant, 'traffic of an instance', load).median <= mostKiB,
      ]),
  ),
}
