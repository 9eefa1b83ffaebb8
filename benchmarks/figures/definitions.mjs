// @ts-check
// The figures that documents quote, by name.
import { median, ratio } from './quote.mjs'
import { tableFigures } from './tables.mjs'
import { numberText, rangeText, tableText } from './text.mjs'

/**
 * @typedef {import('./reader.mjs').Place} Place
 * @typedef {import('./reader.mjs').Figures} Figures
 * @typedef {import('./reader.mjs').FigureReader} FigureReader
 */

const inRedis = { of: 'a revoked token, in Redis' }
const mark = { benchmark: 'memory', variant: 'a mark of `revoke({ token })`', metric: 'memory', group: inRedis }
const key = { ...mark, metric: 'MEMORY USAGE of its key' }
const entry = { ...mark, metric: 'an entry of the change log' }
const blacklist = { variant: '`SET blacklist:<jti> 1 EX 3600`' }
const ownMark = { ...mark, variant: 'a mark of `memoryStore`', group: { of: 'a revoked token, in the process' } }
const absence = {
  ...mark,
  variant: 'an absence in the cache of `layeredStore`',
  group: { of: 'a token that is known, in the process' },
}
const burst = {
  benchmark: 'event-loop',
  variant: '`memoryStore`',
  metric: 'time',
  group: { event: '100,000 revocations at once' },
}
const spread = { benchmark: 'spread', variant: 'layered store', metric: 'p50 since the call' }
const list = { benchmark: 'list', variant: '`list` of `redisSessions`', metric: 'median', group: { client: 'ioredis' } }
const idle = { benchmark: 'fleet', variant: '`layeredStore`', metric: 'traffic of an instance' }
const local = {
  benchmark: 'latency',
  variant: '`layeredStore`, 4 keys, all of it seen before',
  metric: 'checks',
  group: { concurrency: 1, delayMs: 0 },
}

const overRedis = {
  benchmark: 'latency',
  variant: '`redisStore`, ioredis, 4 keys',
  metric: 'checks',
  group: { concurrency: 64, delayMs: 0 },
}
const written = {
  benchmark: 'writes',
  variant: '`record` of the store',
  metric: 'revocations',
  group: { client: 'ioredis', batch: 100, callers: 1 },
}
const overPostgres = {
  benchmark: 'postgres',
  variant: '`postgresStore` over pg, 4 keys',
  metric: 'checks',
  group: { marks: 1_000_000, callers: 64 },
}
const onDisk = {
  benchmark: 'sqlite',
  variant: '`sqliteStore`',
  metric: 'revocations',
  group: { marks: 1_000_000, synchronous: 'full', callers: 1 },
}

/** @param {string} client */
const listed = (client) => ({
  benchmark: 'listed',
  variant: '`check` with an allowlist, 4 keys and a session',
  metric: 'checks',
  group: { client, concurrency: 64 },
})
const label = { variant: '`verify` of jwt-redis, look-up alone, 1 key' }

/** @param {string} variant @param {number} each */
const session = (variant, each) => ({ ...mark, variant, group: { of: `a session, ${each} of a subject, in Redis` } })

/** @param {FigureReader} read */
function idleTraffic(read) {
  const sizes = read.result('fleet').series.filter(({ variant, metric, group }) => {
    return variant === idle.variant && metric === idle.metric && group?.['revocationsPerSecond'] === 0
  })
  return rangeText(sizes.map((one) => one.median))
}

/** @param {FigureReader} read */
function idleTable(read) {
  const sizes = read.result('fleet').series.filter(({ variant, metric, group }) => {
    return variant === idle.variant && metric === idle.metric && group?.['revocationsPerSecond'] === 0
  })
  const rows = sizes.map(({ group, median: each }) => {
    const instances = Number(group?.['instances'])
    return [String(instances), `${numberText(each)} KiB/s`, `${numberText(each * instances)} KiB/s`]
  })
  return tableText(['idle instances', 'sent and received by Redis, for each instance', 'together'], rows)
}

/** @type {Figures} */
export const figures = {
  ...tableFigures,
  'memory.key': median(key, 3),
  'memory.key-of-blacklist': median({ ...key, ...blacklist }, 3),
  'memory.mark': median(mark, 3),
  'memory.blacklist': median({ ...mark, ...blacklist }, 3),
  'memory.ratio': ratio(mark, blacklist),
  'memory.entry': median(entry, 3),
  'memory.entries-mb': (read) => numberText((read.spread(entry).median * 10_000) / 1e6),
  'memory.mark-in-process': median(ownMark, 2),
  'memory.absence': median(absence, 3),
  ...Object.fromEntries(
    [1, 3].flatMap((each) => [
      [`memory.session-${each}`, median(session('a session of `redisSessions`', each), 3)],
      [`memory.token-${each}`, median(session('a raw token in a sorted set of its subject', each), 3)],
    ]),
  ),
  'memory.label': median(session('a label of jwt-redis', 1), 3),
  'memory.connect-redis': median(session('a session of connect-redis', 1), 3),
  'list.ioredis': median(list),
  'list.node-redis': median({ ...list, group: { client: 'node-redis' } }),
  'fleet.idle': idleTraffic,
  'fleet.idle-table': idleTable,
  'spread.p50': median(spread),
  'spread.p99': median({ ...spread, metric: 'p99 since the call' }),
  'burst.seconds': median(burst),
  'burst.delay': median({ ...burst, metric: 'longest delay' }),
  'layered.checks': median(local, 3),
  'layered.to-lru': ratio(local, { variant: 'bare `lru-cache`s, 4 keys' }),
  'layered.to-node-redis': ratio(local, { variant: 'node-redis, client-side caching, 1 key, seen before' }),
  'layered.to-bentocache': ratio(local, { variant: 'bentocache, 1 key, seen before' }),
  'layered.to-cacheable': ratio(local, { variant: 'cacheable, 1 key, seen before' }),
  'telemetry.same': (read) => {
    const { min, max } = read.spread({ benchmark: 'telemetry', variant: 'the same, once more', metric: 'cost' })
    return rangeText([min, max], 3)
  },
  'redis.checks': median(overRedis),
  'redis.revocations': median(written),
  'sqlite.revocations': median(onDisk),
  'postgres.checks': median(overPostgres),
  'postgres.batched': (read) =>
    numberText(read.ratio(overPostgres, { variant: 'a prepared `SELECT` for each of 4 keys, pg' }).median, 2),
  'listed.to-jwt-redis-ioredis': ratio(listed('ioredis'), label),
  'listed.to-jwt-redis-node-redis': ratio(listed('node-redis'), label),
}
