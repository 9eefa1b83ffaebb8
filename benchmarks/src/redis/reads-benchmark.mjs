// @ts-check

const check = '`check` of revoked, 4 keys'
const find = '`find` of its store, 4 keys'
const bare = 'MGET, 4 keys'
const pipelined = 'MGET, autopipelined, 4 keys'

/**
 * What runs over which client. @type {Readonly<Record<string, Readonly<Record<string, readonly
 * string[]>>>>}
 */
const candidates = {
  ioredis: {
    [check]: ['--client=ioredis', '--variant=check'],
    [find]: ['--client=ioredis', '--variant=find'],
    [bare]: ['--client=ioredis', '--variant=mget'],
    [pipelined]: ['--client=ioredis, autopipelining', '--variant=mget'],
    'express-jwt-blacklist, 1 key': ['--client=ioredis', '--variant=blacklist'],
  },
  // node-redis writes the commands of one turn of the event loop at once, so its bare MGET is
  // autopipelined.
  'node-redis': {
    [check]: ['--client=node-redis', '--variant=check'],
    [find]: ['--client=node-redis', '--variant=find'],
    [pipelined]: ['--client=node-redis', '--variant=mget'],
  },
}

const loads = [1, 64, 256]

/**
 * How many times as fast as which peer `check` is at least. @type {readonly (readonly [client:
 * string, concurrency: number, peer: string, least: number])[]}
 */
const targets = [
  ['ioredis', 1, bare, 0.9],
  ['ioredis', 64, bare, 2.2],
  ['ioredis', 64, pipelined, 2],
  ['node-redis', 1, pipelined, 0.9],
  ['node-redis', 64, pipelined, 2],
]

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const redisReadsBenchmark = {
  title: 'Checks over Redis, by client',
  about: `10,000 tokens in rotation, 1% of them revoked by \`jti\`, so many checks in flight at any time. Every answer is compared with the
right one. For a second, after half a second to warm up. node-redis pipelines by itself: its bare MGET is the autopipelined one.`,
  rounds: 5,
  seconds: 53,
  packages: ['@revoked/core', '@revoked/store-redis', 'express-jwt-blacklist', 'ioredis', 'redis'],
  runs: Object.entries(candidates).flatMap(([client, variants]) =>
    loads.flatMap((concurrency) =>
      Object.entries(variants).map(([variant, args]) => ({
        variant,
        group: { client, concurrency },
        script: 'redis/reads-round.mjs',
        args: [...args, `--concurrency=${concurrency}`],
      })),
    ),
  ),
  metrics: [{ metric: 'checks', unit: 'per second', read: ({ perSecond }) => perSecond }],
  targets: Object.fromEntries(
    targets.map(([client, concurrency, peer, least]) => [
      `${client}, ${concurrency} at a time: at least ${least} times the speed of ${peer}`,
      (series) => series.ratio('checks', check, peer, { client, concurrency }).median >= least,
    ]),
  ),
}
