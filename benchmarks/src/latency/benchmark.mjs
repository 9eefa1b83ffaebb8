// @ts-check

const memory = '`memoryStore`, 4 keys'
const layered = '`layeredStore`, 4 keys, all of it seen before'
const mirror = '`mirroredStore`, 4 keys'
const overIoredis = '`redisStore`, ioredis, 4 keys'
const overNodeRedis = '`redisStore`, node-redis, 4 keys'
const bare = 'MGET, ioredis, 4 keys'
const pipelined = 'MGET, ioredis autopipelined, 4 keys'
const nodeRedis = 'MGET, node-redis, 4 keys'
const clientSide = 'node-redis, client-side caching, 1 key, seen before'
const bento = 'bentocache, 1 key, seen before'
const cacheable = 'cacheable, 1 key, seen before'
const lru = 'bare `lru-cache`s, 4 keys'

const variants = {
  [memory]: 'memory',
  [layered]: 'layered',
  [mirror]: 'mirror',
  [overIoredis]: 'redis-ioredis',
  [overNodeRedis]: 'redis-node-redis',
  [bare]: 'mget-ioredis',
  [pipelined]: 'mget-autopipelined',
  [nodeRedis]: 'mget-node-redis',
  'express-jwt-blacklist, 1 key': 'blacklist',
  'jwt-redis, look-up alone, 1 key': 'jwt-redis',
  [clientSide]: 'node-redis-cached',
  [bento]: 'bentocache',
  [cacheable]: 'cacheable',
  'cache-manager, 1 key, seen before': 'cache-manager',
  [lru]: 'lru-cache',
  'PING, ioredis': 'ping-ioredis',
  'PING, node-redis': 'ping-node-redis',
}

const pings = ['PING, ioredis', 'PING, node-redis']
/** @param {string} ping */
const throughProxy = (ping) => `${ping}, through the proxy`

const concurrencies = [1, 16, 64, 256]
const delays = [0, 1, 5]

/**
 * How many times as fast as what a variant is at least. @type {readonly (readonly [variant: string,
 * concurrency: number, peer: string, least: number])[]}
 */
const targets = [
  [overIoredis, 1, bare, 0.9],
  [overIoredis, 64, bare, 2.2],
  [overIoredis, 64, pipelined, 2],
  [overNodeRedis, 1, nodeRedis, 0.9],
  [overNodeRedis, 64, nodeRedis, 2],
  [layered, 1, clientSide, 5],
  [layered, 1, bento, 10],
  [layered, 1, cacheable, 10],
  [layered, 1, lru, 0.4],
]

/**
 * @param {string} variant @param {string} name @param {number} delayMs @param {readonly string[]}
 *   more
 */
function runOf(variant, name, delayMs, ...more) {
  return {
    variant,
    group: { delayMs },
    script: 'latency/round.mjs',
    args: [`--variant=${name}`, `--delay=${delayMs}`, `--concurrency=${concurrencies}`, ...more],
    parts: Object.fromEntries(
      concurrencies.map((concurrency) => [concurrency, { variant, group: { concurrency, delayMs } }]),
    ),
  }
}

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const latencyBenchmark = {
  title: 'Checks a second and their latency, by concurrency and network delay',
  about: `10,000 tokens in rotation, 1% of them revoked by \`jti\`, so many checks in flight at any time. Every answer is compared with the
right one. A proxy in a separate process delays all that the server answers (no proxy at 0 ms); PING shows what it delays, for each client.
What answers from the process has everything: a round in which the layered store asks for a key fails. For 200 ms each, and at least
200 checks, after a warm-up. What is answered locally runs twice, because readings of the clock would slow it down: throughput without them.`,
  rounds: 5,
  seconds: 185,
  packages: [
    '@keyv/redis',
    '@revoked/core',
    '@revoked/store-layered',
    '@revoked/store-memory',
    '@revoked/store-redis',
    'bentocache',
    'cache-manager',
    'cacheable',
    'express-jwt-blacklist',
    'ioredis',
    'lru-cache',
    'peers/jwt-redis/jwt-redis',
    'peers/jwt-redis/redis',
    'redis',
  ],
  runs: [
    ...delays.flatMap((delayMs) => Object.entries(variants).map(([variant, name]) => runOf(variant, name, delayMs))),
    runOf(throughProxy('PING, ioredis'), 'ping-ioredis', 0, '--proxy'),
    runOf(throughProxy('PING, node-redis'), 'ping-node-redis', 0, '--proxy'),
  ],
  metrics: [
    { metric: 'checks', unit: 'per second', read: ({ perSecond }) => perSecond },
    { metric: 'p50', unit: 'ms', digits: 4, read: ({ p50 }) => p50 },
    { metric: 'p99', unit: 'ms', digits: 4, read: ({ p99 }) => p99 },
  ],
  targets: {
    ...Object.fromEntries(
      targets.map(([variant, concurrency, peer, least]) => [
        `${variant}, ${concurrency} at a time: at least ${least} times the speed of ${peer}`,
        (/** @type {import('../measure/series.mjs').SeriesReader} */ series) =>
          series.ratio('checks', variant, peer, { concurrency, delayMs: 0 }).median >= least,
      ]),
    ),
    [`${layered}: at least 1,000,000 checks a second`]: (series) =>
      series.spread(layered, 'checks', { concurrency: 1, delayMs: 0 }).median >= 1_000_000,
    'the proxy delays both clients alike, within 10%': (series) =>
      delays.slice(1).every((delayMs) => {
        const [one, other] = pings.map((ping) => series.spread(ping, 'p50', { concurrency: 1, delayMs }).median)
        return Math.abs(Math.log(Number(one) / Number(other))) <= Math.log(1.1)
      }),
    'the proxy costs at most a fifth of the throughput at 256 at a time': (series) =>
      pings.every((ping) => {
        const { median } = series.spread(ping, 'checks', { concurrency: 256, delayMs: 0 })
        const through = series.spread(throughProxy(ping), 'checks', { concurrency: 256, delayMs: 0 })
        return through.median >= 0.8 * median
      }),
  },
}
