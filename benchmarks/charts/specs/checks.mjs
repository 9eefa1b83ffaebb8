// @ts-check
import { plain } from '../data.mjs'
import { isStore } from './ours.mjs'

/** @typedef {import('../data.mjs').ChartSpec} ChartSpec */

const notPing = (/** @type {string} */ label) => !label.startsWith('PING')
const own = 'Each row says how many ids it looks up: a check of ours looks up four, the caches of peers one.'

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
  isOurs: isStore,
  shows: `Checks a second with 64 in flight, of tokens that were seen before, over a server on the same machine. ${own}`,
  hides: 'It does not show what a miss of a cache costs, nor a network: client, server and load share two cores.',
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
