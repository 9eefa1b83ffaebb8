// @ts-check

const layered = '`layeredStore`'
const mostKiB = 0.8
const busyPerSecond = 50

const variants = {
  [layered]: 'layered',
  'node-redis, client-side caching': 'node-redis',
  'bentocache, with its bus': 'bentocache',
}
const sizes = [10, 100, 400]

/** @param {number} instances @param {number} revocationsPerSecond */
const groupOf = (instances, revocationsPerSecond) => ({ instances, revocationsPerSecond })

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const fleetBenchmark = {
  title: 'What a number of instances cost one Redis',
  about: `Instances that keep in their process which tokens are valid, each with a tenth of 2,000 tokens and without a check: while nothing
happens, and while ${busyPerSecond} of the tokens are revoked a second. Each instance has its own clients. Bounds are the default of 2 s for
ours, and the life of a token for the peers, which read nothing while nothing happens. Deltas of INFO over 3 s. In the end, no instance
may serve a revoked token.`,
  rounds: 3,
  seconds: 110,
  packages: ['@revoked/core', '@revoked/store-layered', '@revoked/store-redis', 'bentocache', 'ioredis', 'redis'],
  runs: sizes.flatMap((instances) =>
    Object.entries(variants).map(([variant, name]) => ({
      variant,
      group: { instances },
      script: 'fleet/round.mjs',
      args: [`--variant=${name}`, `--instances=${instances}`, `--revocations=${busyPerSecond}`],
      parts: {
        idle: { variant, group: groupOf(instances, 0) },
        busy: { variant, group: groupOf(instances, busyPerSecond) },
      },
    })),
  ),
  metrics: [
    { metric: 'sent by the server', unit: 'KiB per second', digits: 1, read: ({ sentKiB }) => sentKiB },
    { metric: 'received by the server', unit: 'KiB per second', digits: 1, read: ({ receivedKiB }) => receivedKiB },
    {
      metric: 'traffic',
      unit: 'KiB per second',
      digits: 1,
      read: ({ sentKiB, receivedKiB }) => sentKiB + receivedKiB,
    },
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
    sizes.map((instances) => [
      `${layered}, ${instances} idle: at most ${mostKiB} KiB/s an instance, sent and received`,
      (series) => series.spread(layered, 'traffic of an instance', groupOf(instances, 0)).median <= mostKiB,
    ]),
  ),
}
