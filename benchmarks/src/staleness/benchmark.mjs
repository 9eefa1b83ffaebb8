// @ts-check
import { faults } from './faults.mjs'
import { boundMs } from './variants.mjs'

const layered = '`layeredStore`'
const mirror = '`mirroredStore`'

const variants = {
  [layered]: 'layered',
  [mirror]: 'mirror',
  'node-redis, client-side caching': 'node-redis',
  'bentocache, with its bus': 'bentocache',
  'cacheable, memory for 2 s': 'cacheable',
  'cache-manager, memory for 2 s': 'cache-manager',
  '`lru-cache` for 2 s': 'lru',
}

const metric = 'longest time served as valid'

/** @type {import('../measure/benchmark.mjs').Benchmark} */
export const stalenessBenchmark = {
  title: 'How long a revoked token is served as valid, under faults',
  about: `A process checks 20 tokens without pause. They are revoked elsewhere, one every 100 ms, from the fault on, and watched for 4 s
each: 4 s means that the token was still served. Between the process and the server, the connections for pushes (subscriptions, client
tracking) are cut and refused, or drop all bytes; or all open connections drop all bytes; or the server restarts with its data, and cannot
be reached for 1.5 s. No answer is not served as valid. Messages of bentocache and of node-redis have no bound but the life of a token.`,
  rounds: 3,
  seconds: 62,
  packages: [
    '@keyv/redis',
    '@revoked/core',
    '@revoked/store-layered',
    '@revoked/store-memory',
    '@revoked/store-redis',
    'bentocache',
    'cache-manager',
    'cacheable',
    'ioredis',
    'lru-cache',
    'redis',
  ],
  runs: Object.entries(variants).map(([variant, name]) => ({
    variant,
    script: 'staleness/round.mjs',
    args: [`--variant=${name}`],
    parts: Object.fromEntries(Object.keys(faults).map((fault) => [fault, { variant, group: { fault } }])),
  })),
  metrics: [
    { metric, unit: 'ms', read: ({ longestMs }) => longestMs },
    { metric: 'served at the end of the watch', unit: 'tokens of 20', read: ({ stillServed }) => stillServed },
    { metric: 'checks without an answer', unit: 'checks', read: ({ unanswered }) => unanswered },
  ],
  targets: Object.fromEntries(
    [layered, mirror].map((variant) => [
      `${variant}: never longer than the bound of ${boundMs} ms`,
      (series) => Object.keys(faults).every((fault) => series.spread(variant, metric, { fault }).max <= boundMs),
    ]),
  ),
}
