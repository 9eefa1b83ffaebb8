// @ts-check

const check = '`check` with an allowlist, 4 keys and a session'
const layered = '`check` with an allowlist over `layeredStore`'
const get = 'a bare GET, 1 key'
const jwtRedis = '`verify` of jwt-redis, look-up alone, 1 key'

const variants = {
  [check]: 'check',
  [layered]: 'layered',
  '`check` without one, 4 keys': 'denylist',
  '`find` of the sessions alone': 'find',
  [get]: 'get',
  [jwtRedis]: 'jwt-redis',
}

const clients = ['ioredis', 'node-redis']
const loads = [1, 64]

/** How much faster each is to be than its peer with 64 checks at a time. */
const targets = [
  [layered, jwtRedis, 2],
  [check, get, 2],
]

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const sessionChecksBenchmark = {
  title: 'Checks with a list of sessions',
  about: `10,000 tokens in rotation, the sessions of 1% of them closed, so many checks in flight at any time. Every answer is compared
with the right one. jwt-redis runs its \`verify\` over the client that it needs, without the signature: jsonwebtoken hands back the claims
at once. The look-up is \`GET jwt_label:<jti>\`, which is measured over the clients of the others too. For a second, after half a second to
warm up.`,
  rounds: 5,
  seconds: 54,
  packages: [
    '@revoked/core',
    '@revoked/store-layered',
    '@revoked/store-redis',
    'ioredis',
    'peers/jwt-redis/jwt-redis',
    'peers/jwt-redis/redis',
    'redis',
  ],
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
  targets: Object.fromEntries(
    targets.flatMap(([variant = '', peer = '', least = Number.NaN]) =>
      clients.map((client) => [
        `${variant}, ${client}, 64 at a time: at least ${least} times the speed of ${peer}`,
        (/** @type {import('../measure/series.mjs').SeriesReader} */ series) =>
          series.ratio('checks', String(variant), String(peer), { client, concurrency: 64 }).median >= Number(least),
      ]),
    ),
  ),
}
