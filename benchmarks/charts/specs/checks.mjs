// @ts-check
import { plain } from '../data.mjs'
import { isStore } from './ours.mjs'

/** @typedef {import('../data.mjs').ChartSpec} ChartSpec */

const notPing = (/** @type {string} */ label) => !label.startsWith('PING')
const own = 'Each row says how many ids it looks up: a check of ours looks up four, the caches of peers one.'

const inFront = new Set(
  [
    '`memoryStore`, 4 keys',
    '`layeredStore`, 4 keys, all of it seen before',
    '`mirroredStore`, 4 keys',
    '`redisStore`, ioredis, 4 keys',
    'MGET, ioredis autopipelined, 4 keys',
    'express-jwt-blacklist, 1 key',
    'node-redis, client-side caching, 1 key, seen before',
    'bentocache, 1 key, seen before',
    'cacheable, 1 key, seen before',
    'bare `lru-cache`s, 4 keys',
  ].map(plain),
)

/**
 * The chart of the README: what people weigh first, without the variants by client.
 *
 * @type {ChartSpec}
 */
export const overviewChart = {
  name: 'overview',
  title: 'Checks a second, with Redis 1 ms away',
  form: 'rows',
  panels: [
    {
      benchmark: 'latency',
      metric: 'checks',
      group: { concurrency: 64, delayMs: 1 },
      only: (label) => inFront.has(label),
    },
  ],
  axis: 'checks a second, 64 at a time (each step of the axis is ten times the last)',
  scale: 'log',
  isSorted: true,
  isOurs: isStore,
  shows: `Checks a second of tokens that were seen before, with 64 in flight, while a proxy delays what Redis answers by 1 ms. ${own}`,
  hides:
    'It does not show what a miss of a cache costs, nor for how long each goes on to accept a revoked token: see the chart of that.',
}

/** @type {ChartSpec} */
export const checksChart = {
  name: 'checks',
  title: 'Checks a second, 64 at a time',
  form: 'rows',
  panels: [
    {
      benchmark: 'latency',
      metric: 'checks',
      group: { concurrency: 64, delayMs: 0 },
      only: (label) => notPing(label),
    },
  ],
  axis: 'checks a second (each step of the axis is ten times the last)',
  scale: 'log',
  isSorted: true,
  isOurs: isStore,
  shows: `Checks a second with 64 in flight, of tokens that were seen before, over a server on the same machine. ${own}`,
  hides: 'It does not show what a miss of a cache costs, nor a network: client, server and load share two cores.',
}

/** @type {ChartSpec} */
export const freshChart = {
  name: 'never-seen',
  title: 'The time of a check of a new token',
  form: 'rows',
  panels: [
    ...[300, 10_000, 1_000_000].map((marks) => ({
      title: `${marks.toLocaleString('en')} marks`,
      benchmark: 'fresh',
      metric: 'time per check',
      group: { marks },
    })),
    {
      title: 'Beside it, of tokens that were seen before',
      benchmark: 'fresh',
      metric: 'time per check',
      only: (label) => label.startsWith('node-redis'),
    },
  ],
  axis: 'time of a check, ns (less is better)',
  scale: 'linear',
  isOurs: isStore,
  shows:
    'The mean time of a check that looks up four ids in memory, by the number of revocations. Neither store keeps anything of a check, so each token is as good as new.',
  hides:
    'It does not show layeredStore, which asks Redis for a token that it has not seen, nor the scan with which a mirror starts.',
}

/** @param {number} delayMs */
const delayed = (delayMs) => ({
  title: `${delayMs} ms of network delay`,
  benchmark: 'latency',
  metric: 'p99',
  group: { concurrency: 16, delayMs },
  only: notPing,
})

/** @type {ChartSpec} */
export const latencyChart = {
  name: 'latency',
  title: 'p99 of a check, 16 at a time, by network delay',
  form: 'rows',
  panels: [delayed(0), delayed(1), delayed(5)],
  axis: 'p99 of the latency of a check, ms (each step is ten times the last)',
  scale: 'log',
  isOurs: isStore,
  shows: `The time within which 99% of checks are answered, while a proxy delays the answers of the server. ${own}`,
  hides:
    'It does not show tokens that were never seen: there, caches ask the server as well. The mirror and memoryStore do not.',
}

const compared = new Set(
  [
    '`memoryStore`, 4 keys',
    '`layeredStore`, 4 keys, all of it seen before',
    '`redisStore`, ioredis, 4 keys',
    'MGET, ioredis, 4 keys',
    'MGET, ioredis autopipelined, 4 keys',
    'express-jwt-blacklist, 1 key',
  ].map(plain),
)

/** @type {ChartSpec} */
export const concurrencyChart = {
  name: 'concurrency',
  title: 'Checks a second by how many are in flight',
  form: 'lines',
  panels: [{ benchmark: 'latency', metric: 'checks', group: { delayMs: 1 }, only: (label) => compared.has(label) }],
  along: { key: 'concurrency', title: 'checks in flight' },
  axis: 'checks a second',
  scale: 'log',
  isOurs: isStore,
  shows:
    'How many checks one process answers a second, over a server that is 1 ms away, as more of them are in flight.',
  hides: 'It does not show several processes over one server, nor the other clients, which are in the chart of checks.',
}
