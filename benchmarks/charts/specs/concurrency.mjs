// @ts-check
import { notPing, own } from './checks.mjs'
import { isStore } from './ours.mjs'

/** @typedef {import('../data.mjs').ChartSpec} ChartSpec */

/**
 * Returns a chart of one metric of all variants, by how many checks are in flight, with a line for
 * each delay of the network.
 *
 * @param {string} metric
 * @param {Pick<ChartSpec, 'name' | 'title' | 'axis' | 'factor' | 'shows' | 'hides'>} texts
 * @returns {ChartSpec}
 */
const chartOf = (metric, texts) => ({
  ...texts,
  form: 'multiples',
  panels: [{ benchmark: 'latency', metric, only: notPing }],
  along: { key: 'concurrency', title: 'checks in flight' },
  lines: { key: 'delayMs', label: (delayMs) => `${delayMs} ms of network delay` },
  scale: 'log',
  isOurs: isStore,
})

const lines = 'All the small charts have the same axes. Where the three lines are one, no check waits for the network.'

export const concurrencyChart = chartOf('checks', {
  name: 'concurrency',
  title: 'Checks a second, by checks in flight and network delay',
  axis: 'checks a second',
  shows: `How many checks one process answers a second, as more of them are in flight, while a proxy delays the answers of the server. ${lines}`,
  hides: `It does not show several processes over one server, nor what a miss of a cache costs. ${own}`,
})

export const medianLatencyChart = chartOf('p50', {
  name: 'latency-p50',
  title: 'The median time of a check, by checks in flight and network delay',
  axis: 'p50 of a check, µs',
  factor: 1_000,
  shows: `The time within which half of the checks are answered. ${lines} It grows with the checks in flight, because one thread answers them in turn.`,
  hides: `It does not show tokens that were never seen: for those, caches ask the server as well. The mirror and memoryStore do not. ${own}`,
})

export const slowestLatencyChart = chartOf('p99', {
  name: 'latency-p99',
  title: 'The p99 of a check, by checks in flight and network delay',
  axis: 'p99 of a check, µs',
  factor: 1_000,
  shows: `The time within which 99% of the checks are answered. ${lines}`,
  hides:
    'It does not show the slowest hundredth, nor an idle machine: load, client and server share two cores, and wait for one another.',
})
