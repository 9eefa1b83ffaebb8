// @ts-check

const store = '`postgresStore` over pg, 4 keys'
const overPostgresJs = '`postgresStore` over postgres.js, 4 keys'
const selects = 'a prepared `SELECT` for each of 4 keys, pg'
const table = 'a table `token_blacklist`, 1 key, pg'
const variants = { store, overPostgresJs, selects, table }
const layered = { pg: '`layeredStore` over PostgreSQL', redis: '`layeredStore` over Redis' }
const mirror = { pg: '`mirroredStore` over PostgreSQL', redis: '`mirroredStore` over Redis' }

const million = 1_000_000
const many = { marks: million, callers: 64 }
const states = /** @type {const} */ (['pruning', 'VACUUM'])
const batchedAtLeast = 3
const flatWithin = 2
const sameWithin = 1.05
const instances = [1, 10, 50]
const idle = 'idle instances with a cache'

/** The variants and loads by the names of the parts of a round. */
const parts = {
  ...Object.fromEntries(
    Object.entries(variants).flatMap(([name, variant]) =>
      [1, 64].map((callers) => [`${name} ${callers}`, { variant, group: { marks: million, callers } }]),
    ),
  ),
  few: { variant: store, group: { marks: 1_000, callers: 64 } },
  ...Object.fromEntries(states.map((meanwhile) => [meanwhile, { variant: store, group: { ...many, meanwhile } }])),
  ...Object.fromEntries(
    [1, 64].map((callers) => [
      `record ${callers}`,
      { variant: '`postgresStore` over pg', group: { revoking: callers } },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({ layered, mirror }).flatMap(([name, pair]) =>
      Object.entries(pair).map(([remote, variant]) => [`${name} ${remote}`, { variant, group: { seen: 'before' } }]),
    ),
  ),
  ...Object.fromEntries(instances.map((count) => [`idle ${count}`, { variant: idle, group: { instances: count } }])),
}

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const postgresBenchmark = {
  title: 'Checks and revocations over PostgreSQL',
  about: `\`find\` of the four keys of tokens that are not revoked, with random ids, by so many callers at a time, over a pool of ten
connections, and a million marks. A table as people write it is asked for one key. Revocations are of one token each, and wait for the
disk. Expired marks are pruned, or the table is vacuumed, while \`find\` is timed again. Caches answer for a token that was seen before.
Idle instances follow the change log with the default bound of 2 s, without any revocation.`,
  rounds: 3,
  seconds: 130,
  packages: ['@revoked/core', '@revoked/store-postgres', '@revoked/store-layered', 'pg', 'postgres'],
  runs: [{ variant: store, script: 'postgres/round.mjs', parts }],
  metrics: [
    { metric: 'checks', unit: 'per second', read: ({ checksPerSecond }) => checksPerSecond },
    { metric: 'p50', unit: 'µs', digits: 1, read: ({ p50 }) => p50 },
    { metric: 'p99', unit: 'µs', digits: 1, read: ({ p99 }) => p99 },
    { metric: 'revocations', unit: 'per second', read: ({ perSecond }) => perSecond },
    { metric: 'statements of an instance', unit: 'per second', digits: 2, read: ({ statements }) => statements },
  ],
  targets: {
    [`64 at a time, at least ${batchedAtLeast} times the checks of one SELECT for each key`]: (series) =>
      series.ratio('checks', store, selects, many).median >= batchedAtLeast,
    [`find with a million marks within ${flatWithin} times that with a thousand, also while pruning and during VACUUM`]:
      (series) => {
        const base = series.spread(store, 'p50', { marks: 1_000, callers: 64 }).median
        return [many, ...states.map((meanwhile) => ({ ...many, meanwhile }))].every(
          (group) => series.spread(store, 'p50', group).median <= flatWithin * base,
        )
      },
    [`a check that a cache answers as fast as over Redis, within ${Math.round((sameWithin - 1) * 100)}%`]: (series) =>
      [layered, mirror].every(({ pg, redis }) => {
        return series.ratio('checks', pg, redis, { seen: 'before' }).median >= 1 / sameWithin
      }),
    'idle instances cost the same each, however many there are': (series) => {
      const each = instances.map((count) => {
        return series.spread(idle, 'statements of an instance', { instances: count }).median
      })
      return each.every((value) => value <= flatWithin * /** @type {number} */ (each[0]))
    },
  },
}
