// @ts-check
// The figures that documents quote, by name.
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
const observed = { benchmark: 'telemetry', variant: 'observed, with an SDK', metric: 'cost' }
const idle = { benchmark: 'fleet', variant: '`layeredStore`', metric: 'traffic of an instance' }
const local = {
  benchmark: 'latency',
  variant: '`layeredStore`, 4 keys, all of it seen before',
  metric: 'checks',
  group: { concurrency: 1, delayMs: 0 },
}

/** @param {string} variant @param {number} each */
const session = (variant, each) => ({ ...mark, variant, group: { of: `a session, ${each} of a subject, in Redis` } })

/** @param {Place} place @param {number} [digits] @returns {(read: FigureReader) => string} */
const median = (place, digits) => (read) => numberText(read.spread(place).median, digits)

/** @param {Place} one @param {Partial<Place>} other @returns {(read: FigureReader) => string} */
const ratio = (one, other) => (read) => numberText(read.ratio(one, other).median, 3)

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

/** @param {FigureReader} read */
function redisTable(read) {
  const clients = /** @type {const} */ (['ioredis', 'node-redis'])
  const checks = (/** @type {string} */ variant, /** @type {number} */ concurrency) => ({
    benchmark: 'latency',
    variant,
    metric: 'checks',
    group: { concurrency, delayMs: 0 },
  })
  const writes = (/** @type {string} */ client) => ({
    benchmark: 'writes',
    variant: '`record` of the store',
    metric: 'revocations',
    group: { client, batch: 100, callers: 1 },
  })
  const store = (/** @type {string} */ client, /** @type {number} */ concurrency) =>
    checks(`\`redisStore\`, ${client}, 4 keys`, concurrency)
  const mget = (/** @type {string} */ client) => ({ variant: `MGET, ${client}, 4 keys` })
  /** @param {string} name @param {(client: typeof clients[number]) => string} cell */
  const row = (name, cell) => [name, ...clients.map(cell)]
  return tableText(
    ['four keys a check, 1% of the tokens revoked', ...clients],
    [
      row('checks a second, 64 at a time', (client) => median(store(client, 64), 3)(read)),
      row('relative to an `MGET` for each', (client) => ratio(store(client, 64), mget(client))(read)),
      row('relative to an autopipelined `MGET` for each', (client) =>
        client === 'ioredis' ? ratio(store(client, 64), mget('ioredis autopipelined'))(read) : '(always does)',
      ),
      row('one at a time, relative to an `MGET`', (client) => ratio(store(client, 1), mget(client))(read)),
      row('revocations a second, in batches of 100', (client) => median(writes(client), 3)(read)),
      row('relative to a pipelined `SET … PXAT`, which neither merges nor publishes', (client) =>
        ratio(writes(client), { variant: 'SET PXAT, pipelined' })(read),
      ),
    ],
  )
}

/** @param {FigureReader} read */
function routeTable(read) {
  const frameworks = ['express', 'fastify'].filter((name) => read.has(name))
  const columns = frameworks.flatMap((benchmark) =>
    ['HS256', 'ES256', 'EdDSA'].map((algorithm) => ({ benchmark, group: { algorithm } })),
  )
  const variants = [
    '`jwtVerify` of jose alone',
    '`requireToken`, layered store, verified tokens cached',
    '`requireToken`, layered store over Redis',
    '`requireToken`, Redis store',
    '`jwtVerify`, then EXISTS',
    'opaque sessions, connect-redis',
  ]
  const name = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1)
  return tableText(
    ['µs a request', ...columns.map(({ benchmark, group }) => `${name(benchmark)}, ${group.algorithm}`)],
    variants.map((variant) => [
      variant,
      ...columns.map((column) => median({ ...column, variant, metric: 'processor time of the server' }, 3)(read)),
    ]),
  )
}

/** @param {FigureReader} read */
function sqliteTable(read) {
  const place = (/** @type {string} */ metric, /** @type {Record<string, string | number>} */ group) => ({
    benchmark: 'sqlite',
    variant: '`sqliteStore`',
    metric,
    group,
  })
  const find = (/** @type {Record<string, string | number>} */ group) => median(place('find, p50', group))(read)
  const record = (/** @type {string} */ synchronous, /** @type {number} */ callers) =>
    median(place('revocations', { marks: 1_000_000, synchronous, callers }))(read)
  const million = { marks: 1_000_000 }
  const turn = (/** @type {string} */ meanwhile) =>
    `${median(place('longest turn, waits included', { ...million, meanwhile }))(read)} ms`
  return tableText(
    ['median of a look-up of four keys, revocations a second, and waits', 'figure'],
    [
      ['`find`, 1,000 marks', `${find({ marks: 1_000 })} µs`],
      ['`find`, 1,000,000 marks', `${find(million)} µs`],
      ['`find`, while 100,000 expired ones are pruned', `${find({ ...million, meanwhile: 'pruning' })} µs`],
      ["revocations one after the other, `'full'`", record('full', 1)],
      ["revocations one after the other, `'normal'`", record('normal', 1)],
      ["revocations 64 at a time, `'full'`", record('full', 64)],
      ["revocations 64 at a time, `'normal'`", record('normal', 64)],
      ['longest turn of the event loop while pruning', turn('pruning')],
      ['longest turn during 100,000 revocations at once', turn('100,000 revocations at once')],
    ],
  )
}

/** @param {FigureReader} read */
function postgresTable(read) {
  const store = '`postgresStore` over pg, 4 keys'
  const place = (
    /** @type {string} */ metric,
    /** @type {Record<string, string | number>} */ group,
    variant = store,
  ) => ({
    benchmark: 'postgres',
    variant,
    metric,
    group,
  })
  const many = { marks: 1_000_000, callers: 64 }
  const alone = { marks: 1_000_000, callers: 1 }
  const selects = { variant: 'a prepared `SELECT` for each of 4 keys, pg' }
  const p50 = (/** @type {Record<string, string | number>} */ group) => `${median(place('p50', group))(read)} µs`
  const revocations = (/** @type {number} */ revoking) =>
    median(place('revocations', { revoking }, '`postgresStore` over pg'))(read)
  return tableText(
    ['checks of four keys, and revocations', 'figure'],
    [
      ['checks a second, 64 at a time', median(place('checks', many))(read)],
      ['the same, by a prepared `SELECT` for each key', median({ ...place('checks', many), ...selects })(read)],
      ['checks a second, one after the other', median(place('checks', alone))(read)],
      ['p50, 64 at a time, 1,000 marks', p50({ marks: 1_000, callers: 64 })],
      ['p50, 64 at a time, 1,000,000 marks', p50(many)],
      ['p50, while expired marks are pruned', p50({ ...many, meanwhile: 'pruning' })],
      ['p50, during `VACUUM`', p50({ ...many, meanwhile: 'VACUUM' })],
      ['revocations a second, one after the other', revocations(1)],
      ['revocations a second, 64 at a time', revocations(64)],
    ],
  )
}

/** @param {FigureReader} read */
function telemetryTable(read) {
  const variants = ['observed, without an SDK', 'observed, with an SDK']
  return tableText(
    ['a check of `layeredStore` that is', 'ns', 'relative to a plain one'],
    variants.map((variant) => [
      variant,
      median({ ...observed, variant, metric: 'time per check' }, 3)(read),
      median({ ...observed, variant }, 3)(read),
    ]),
  )
}

/** @type {Figures} */
export const figures = {
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
  'telemetry.summary': telemetryTable,
  'telemetry.same': (read) => {
    const { min, max } = read.spread({ ...observed, variant: 'the same, once more' })
    return rangeText([min, max], 3)
  },
  'redis.table': redisTable,
  'sqlite.summary': sqliteTable,
  'postgres.summary': postgresTable,
  'postgres.batched': (read) =>
    numberText(
      read.ratio(
        {
          benchmark: 'postgres',
          variant: '`postgresStore` over pg, 4 keys',
          metric: 'checks',
          group: { marks: 1_000_000, callers: 64 },
        },
        { variant: 'a prepared `SELECT` for each of 4 keys, pg' },
      ).median,
      2,
    ),
  'routes.table': routeTable,
}
