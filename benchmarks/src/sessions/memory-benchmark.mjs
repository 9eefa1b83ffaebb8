// @ts-check

const variants = {
  'a session of `redisSessions`': 'session',
  'a raw token in a sorted set of its subject': 'token',
  'a label of jwt-redis': 'label',
}

const counts = [1, 3]

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const sessionMemoryBenchmark = {
  title: 'Memory of a session in Redis',
  about: `By how much \`used_memory\` grew with 60,000 sessions, divided by their number. A session has 114 bytes of text, with a
description of 48. A token (HS256, 333 characters) is what many applications keep in \`ZADD sessions:<sub> <exp> <token>\`, to list it.
A label is \`SET jwt_label:<10 characters> true EX …\`: it says neither whose session it is nor anything about it, and cannot be listed.`,
  rounds: 3,
  seconds: 12,
  packages: ['@revoked/store-redis', 'ioredis'],
  runs: counts.flatMap((each) =>
    Object.entries(variants).map(([variant, name]) => ({
      variant,
      group: { each },
      script: 'sessions/memory-round.mjs',
      args: [`--variant=${name}`, `--each=${each}`],
    })),
  ),
  metrics: [{ metric: 'share of used_memory', unit: 'bytes', read: ({ bytes }) => bytes }],
}
