// @ts-check

const layered = 'layered store over Redis (LRU)'
const leastLocalShare = 99

/** @type {Readonly<Record<string, readonly string[]>>} */
const variants = {
  [layered]: ['--variant=layered', '--warm-up=2000000'],
  'mirror of Redis': ['--variant=mirror', '--warm-up=20000'],
  'Redis store alone': ['--variant=redis', '--warm-up=20000'],
  'LRU with a TTL of 2 s over it': ['--variant=ttl', '--warm-up=20000'],
}

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const layeredZipfBenchmark = {
  title: 'Local answers under Zipf with churn',
  about: `10,000 checks and 200 revocations a second in four processes, for 5 s. 100,000 tokens, of which the second is seen half as
often as the first, the third a third as often, and so on; revoked are any. Before that the layered store has seen 2,000,000 checks of the
same kind in each process, as fast as it goes (the others 20,000). Round-trips are commands that the server counted. Checks of one
turn of the event loop share a command. In the end each process must find exactly those revoked that any has revoked.`,
  rounds: 3,
  seconds: 60,
  packages: ['@revoked/core', '@revoked/store-layered', '@revoked/store-redis', 'ioredis', 'lru-cache'],
  runs: Object.entries(variants).map(([variant, args]) => ({ variant, script: 'layered/zipf-round.mjs', args })),
  metrics: [
    { metric: 'keys answered locally', unit: '%', digits: 2, read: ({ localShare }) => localShare * 100 },
    { metric: 'reads', unit: 'per 1,000 requests', digits: 1, read: ({ readsPerThousand }) => readsPerThousand },
    {
      metric: 'other scripts',
      unit: 'per 1,000 requests',
      digits: 1,
      read: ({ writesPerThousand }) => writesPerThousand,
    },
    {
      metric: 'keys answered locally in the warm-up',
      unit: '%',
      digits: 2,
      read: ({ warmUpShare }) => warmUpShare * 100,
    },
    { metric: 'warm-up', unit: 's', digits: 1, read: ({ warmUpSeconds }) => warmUpSeconds },
  ],
  targets: {
    'at least 99% of the keys are answered locally': (series) =>
      series.spread(layered, 'keys answered locally').median >= leastLocalShare,
  },
}
