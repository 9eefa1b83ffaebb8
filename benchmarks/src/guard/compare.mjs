// @ts-check
import { titleOf } from '../measure/rounds.mjs'
import { isSameSeries } from './baseline.mjs'

/**
 * @typedef {import('../results/format.mjs').BenchmarkResult} BenchmarkResult
 * @typedef {import('../results/format.mjs').Series} Series
 * @typedef {object} Comparison of one figure, of which less is better
 * @property {string} title
 * @property {number} baseline
 * @property {number} measured `NaN` if it could not be measured
 * @property {number} most
 * @property {boolean} isFine
 */

/**
 * Compares the medians with those of a baseline. A figure that was not measured is not fine.
 *
 * @param {BenchmarkResult} baseline
 * @param {BenchmarkResult} result
 * @param {(metric: string) => number} marginOf
 * @returns {Comparison[]}
 */
export function compare(baseline, result, marginOf) {
  const unknown = result.series.filter((one) => find(baseline.series, one) === undefined)
  return [
    ...baseline.series.map((expected) => {
      const measured = find(result.series, expected)?.median ?? Number.NaN
      const most = expected.median * (1 + marginOf(expected.metric))
      return { title: titleOfSeries(expected), baseline: expected.median, measured, most, isFine: measured <= most }
    }),
    // Otherwise a guard that is new would not guard anything until somebody thinks of it.
    ...unknown.map((one) => {
      return { title: titleOfSeries(one), baseline: Number.NaN, measured: one.median, most: Number.NaN, isFine: false }
    }),
  ]
}

/** @param {readonly Series[]} series @param {Series} like */
function find(series, like) {
  return series.find((one) => isSameSeries(one, like))
}

/** @param {Series} series */
function titleOfSeries(series) {
  return `${titleOf(series)}: ${series.metric}`
}
