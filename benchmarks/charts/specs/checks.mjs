// @ts-check
import { linkTo } from '../links.mjs'
import { isStore } from './ours.mjs'
import { stalenessChart } from './staleness.mjs'

/** @typedef {import('../data.mjs').ChartSpec} ChartSpec */

export const notPing = (/** @type {string} */ label) => !label.startsWith('PING')
export const own = 'Each row says how many ids it looks up: a check of ours looks up four, the caches of peers one.'

/**
 * The chart of the README: all variants with one load, so that no peer that is faster is left out.
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
      only: notPing,
    },
  ],
  axis: 'checks a second, 64 at a time (each step of the axis is ten times the last)',
  scale: 'log',
  isSorted: true,
  isOurs: isStore,
  shows: `Checks a second of tokens that were seen before, with 64 in flight, while a proxy delays what Redis answers by 1 ms. ${own}`,
  hides: `It does not show what a miss of a cache costs, which is a round-trip, nor ${linkTo(stalenessChart, 'for how long each goes on to accept a revoked token')}.`,
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
      only: notPing,
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
