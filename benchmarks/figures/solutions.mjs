// @ts-check
// What the page of alternatives compares, and where the results have its figures.

/**
 * @typedef {object} Size of what a solution keeps
 * @property {string} variant
 * @property {string} of
 * @property {string} text follows the number
 *
 *
 * @typedef {object} Solution
 * @property {string} name
 * @property {string} [checks] the variant in `latency`
 * @property {string} [stale] the variant in `staleness`, without what follows a comma
 * @property {readonly Size[]} [sizes] in `memory`, or in `scan`
 * @property {{ readonly checks?: string, readonly stale?: string, readonly sizes?: string }} [why]
 *   there is no figure
 */

const asksRedis = 'none: asks Redis each time'
const asksDatabase = 'none: asks the database each time'
export const notMeasured = '– not measured'
const ofService = '– a service, not run here'
const inRedis = (/** @type {string} */ variant, text = 'in Redis') => ({
  variant,
  of: 'a revoked token, in Redis',
  text,
})
const inProcess = (/** @type {string} */ variant) => ({
  variant,
  of: 'a revoked token, in the process',
  text: 'in the process',
})
const session = (/** @type {string} */ variant, /** @type {string} */ text) => ({
  variant,
  of: 'a session, 1 of a subject, in Redis',
  text,
})
const mark = inRedis('a mark of `revoke({ token })`')
const denylist = inRedis('`SET blacklist:<jti> 1 EX 3600`')
const inCapacity = '– in [Capacity](../operate/capacity.md#calculator)'

/** @param {string} name @param {string} checks @param {string} stale @returns {Solution} */
const cache = (name, checks, stale) => ({
  name,
  checks: `${checks}, 1 key, seen before`,
  stale,
  why: { sizes: notMeasured },
})

/** @param {string} name @param {string} reason @returns {Solution} */
const notRun = (name, reason) => ({ name, why: { checks: reason, stale: reason, sizes: reason } })

/** @type {readonly Solution[]} */
export const solutions = [
  {
    name: '**revoked**, in memory',
    checks: '`memoryStore`, 4 keys',
    sizes: [inProcess('a mark of `memoryStore`')],
    why: { stale: 'none: one process' },
  },
  {
    name: '**revoked**, over Redis',
    checks: '`redisStore`, ioredis, 4 keys',
    sizes: [mark],
    why: { stale: asksRedis },
  },
  {
    name: '**revoked**, layered',
    checks: '`layeredStore`, 4 keys, all of it seen before',
    stale: '`layeredStore`',
    sizes: [mark],
  },
  {
    name: '**revoked**, mirror',
    checks: '`mirroredStore`, 4 keys',
    stale: '`mirroredStore`',
    sizes: [mark, { variant: 'mirror', of: '', text: 'in each process' }],
  },
  {
    name: '**revoked**, over SQLite',
    why: {
      checks: '– [without a server](../stores/sqlite.md)',
      stale: 'none: reads the file each time',
      sizes: inCapacity,
    },
  },
  {
    name: '**revoked**, over PostgreSQL',
    why: { checks: '– [without the delay](../stores/postgres.md)', stale: asksDatabase, sizes: inCapacity },
  },
  {
    name: 'jwt-redis',
    checks: 'jwt-redis, look-up alone, 1 key',
    sizes: [session('a label of jwt-redis', 'for each valid token')],
    why: { stale: asksRedis },
  },
  {
    name: 'express-jwt-blacklist',
    checks: 'express-jwt-blacklist, 1 key',
    sizes: [inProcess('express-jwt-blacklist, in memory')],
    why: { stale: asksRedis },
  },
  {
    name: 'a Redis denylist by hand',
    checks: 'MGET, ioredis, 4 keys',
    sizes: [denylist],
    why: { stale: asksRedis },
  },
  {
    name: 'a sorted set for each user',
    sizes: [session('a raw token in a sorted set of its subject', 'for each valid token')],
    why: { checks: notMeasured, stale: asksRedis },
  },
  {
    name: 'express-session, connect-redis',
    sizes: [session('a session of connect-redis', 'for each session')],
    why: { checks: '– in [routes](./charts.md)', stale: asksRedis },
  },
  cache('a denylist behind bentocache', 'bentocache', 'bentocache'),
  cache('a denylist behind cacheable', 'cacheable', 'cacheable'),
  cache('a denylist behind cache-manager', 'cache-manager', 'cache-manager'),
  {
    name: 'a denylist behind lru-cache',
    checks: 'bare `lru-cache`s, 4 keys',
    stale: '`lru-cache` for 2 s',
    sizes: [inProcess('`lru-cache` with a TTL')],
  },
  {
    ...cache('node-redis, client-side caching', 'node-redis, client-side caching', 'node-redis'),
    sizes: [denylist],
  },
  notRun('fast-jwt', '– it refuses no revoked token'),
  notRun('short-lived tokens alone', '– nothing is asked'),
  notRun('introspection at a provider', ofService),
  notRun('SuperTokens', ofService),
  notRun('better-auth', '– not run here'),
]
