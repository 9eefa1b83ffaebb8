// @ts-check

const variants = {
  '`check` with an allowlist, 4 keys and a session': 'check',
  '`check` without one, 4 keys': 'denylist',
  '`find` of the sessions alone': 'find',
  'the look-up of jwt-redis, 1 key': 'label',
}

const clients = ['ioredis', 'node-redis']
const loads = [1, 64]

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const sessionChecksBenchmark = {
  title: 'Checks with a list of sessions',
  about: `10,000 tokens in rotation, the sessions of 1% of them closed, so many checks in flight at any time. Every answer is compared
with the right one. jwt-redis 7.0.3 sends \`GET jwt_label:<jti>\` in its \`verify\`, which is measured without the signature. For a second,
after half a second to warm up.`,
  rounds: 5,
  seconds: 36,
  packages: ['@revoked/core', '@revoked/store-redis', 'ioredis', 'redis'],
  runs: clients.flatMap((client) =>
    loads.flatMap((concurrency) =>
      Object.entries(variants).map(([variant, name]) => ({
        variant,
        group: { client, concurrency },
        script: 'sessions/checks-round.mjs',
        args: [`--client=${client}`, `--variant=${name}`, `--concurrency=${concurrency}`],
      })),
    ),
  ),
  metrics: [{ metric: 'checks', unit: 'per second', read: ({ perSecond }) => perSecond }],
}
