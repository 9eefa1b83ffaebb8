// @ts-check
// What the definitions of figures read results with. What was not measured is an error, not a text.
import { ratioOf, spreadOf } from '../src/measure/figures.mjs'
import { isSameGroup } from '../src/results/format.mjs'

/**
 * @typedef {import('../src/results/format.mjs').Results} Results
 * @typedef {import('../src/results/format.mjs').BenchmarkResult} BenchmarkResult
 * @typedef {import('../src/results/format.mjs').Group} Group
 * @typedef {import('../src/measure/figures.mjs').Spread} Spread
 *
 *
 * @typedef {object} Place of a series, in the results
 * @property {string} benchmark
 * @property {string} variant
 * @property {string} metric
 * @property {Group} [group]
 *
 *
 * @typedef {object} FigureReader
 * @property {(benchmark: string) => boolean} has results of it
 * @property {(benchmark: string) => BenchmarkResult} result
 * @property {(place: Place) => Spread} spread
 * @property {(one: Place, other: Partial<Place>) => Spread} ratio within each round. What the
 *   other leaves out is that of the one.
 *
 *
 * @typedef {Readonly<Record<string, (read: FigureReader) => string>>} Figures by name
 */

/**
 * @param {Results} results
 * @returns {FigureReader}
 */
export function figureReader(results) {
  /** @param {string} benchmark */
  const result = (benchmark) => {
    const found = results.benchmarks[benchmark]
    if (found === undefined) throw new Error(`There are no results of ${benchmark}.`)
    return found
  }
  /** @param {Place} place */
  const valuesOf = ({ benchmark, variant, metric, group }) => {
    const found = result(benchmark).series.find(
      (one) => one.variant === variant && one.metric === metric && isSameGroup(one.group, group),
    )
    if (found !== undefined) return found.values
    throw new Error(`${benchmark} has no ${metric} of ${variant} ${JSON.stringify(group ?? {})}.`)
  }
  return {
    has: (benchmark) => results.benchmarks[benchmark] !== undefined,
    result,
    spread: (place) => spreadOf(valuesOf(place)),
    ratio: (one, other) => {
      const [values, others] = [valuesOf(one), valuesOf({ ...one, ...other })]
      if (values.length === others.length) return ratioOf(values, others)
      throw new Error(`A round is missing of ${one.benchmark}: ${one.variant}, or of ${other.variant}.`)
    },
  }
}
