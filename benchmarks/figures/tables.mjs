// @ts-check
// Tables of figures from one benchmark, which documents quote by name.
import { median, ratio } from './quote.mjs'
import { tableText } from './text.mjs'

/**
 * @typedef {import('./reader.mjs').Figures} Figures
 * @typedef {import('./reader.mjs').FigureReader} FigureReader
 */

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
  const observed = { benchmark: 'telemetry' }
  return tableText(
    ['a check of `layeredStore` that is', 'ns', 'relative to a plain one'],
    variants.map((variant) => [
      variant,
      median({ ...observed, variant, metric: 'time per check' }, 3)(read),
      median({ ...observed, variant, metric: 'cost' }, 3)(read),
    ]),
  )
}

/** @param {FigureReader} read */
function importTable(read) {
  const stores = ['Redis', 'PostgreSQL']
  /** @param {string} title @param {string} metric */
  const row = (title, metric) => [
    title,
    ...stores.map((variant) => median({ benchmark: 'import', variant, metric }, 3)(read)),
  ]
  return tableText(
    ['an import of 1,000,000 marks', ...stores],
    [
      row('the whole import, s', 'import'),
      row('marks a second', 'marks'),
      row('checks answered meanwhile', 'checks answered meanwhile'),
      row('checks that failed', 'unavailable'),
      row('p50 of a check before, ms', 'check before, p50'),
      row('p50 of a check meanwhile, ms', 'check meanwhile, p50'),
      row('p99 of a check meanwhile, ms', 'check meanwhile, p99'),
      row('the slowest check meanwhile, ms', 'longest check meanwhile'),
    ],
  )
}

/** @type {Figures} */
export const tableFigures = {
  'import.summary': importTable,
  'postgres.summary': postgresTable,
  'redis.table': redisTable,
  'routes.table': routeTable,
  'sqlite.summary': sqliteTable,
  'telemetry.summary': telemetryTable,
}
