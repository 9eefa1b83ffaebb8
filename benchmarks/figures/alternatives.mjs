// @ts-check
// The measured figures of every solution that the page of alternatives compares, in one table.
import { notMeasured, solutions } from './solutions.mjs'
import { numberText, tableText } from './text.mjs'

/**
 * @typedef {import('./reader.mjs').FigureReader} FigureReader
 * @typedef {import('./solutions.mjs').Solution} Solution
 */

/** @param {FigureReader} read @param {Solution} solution */
function checksCell(read, { checks: variant, why }) {
  if (variant === undefined) return why?.checks ?? notMeasured
  const place = { benchmark: 'latency', variant, metric: 'checks', group: { concurrency: 64, delayMs: 1 } }
  const ids = /(\d) keys?\b/.exec(variant)?.[1]
  return `${numberText(read.spread(place).median, 3)} (${ids} ${ids === '1' ? 'id' : 'ids'})`
}

/** @param {FigureReader} read @param {Solution} solution */
function staleCell(read, { stale, why }) {
  if (stale === undefined) return why?.stale ?? notMeasured
  const { series } = read.result('staleness')
  const variant = series.find((one) => one.variant === stale || one.variant.startsWith(`${stale},`))?.variant
  if (variant === undefined) throw new Error(`${stale} was not measured under faults.`)
  const own = series.filter((one) => one.variant === variant)
  const maxOf = (/** @type {string} */ metric) =>
    Math.max(...own.flatMap((one) => (one.metric === metric ? one.values : [])))
  const longest = `${numberText(maxOf('longest time served as valid'))} ms`
  return maxOf('served at the end of the watch') > 0 ? `${longest}: to the end of the run` : longest
}

/** @param {FigureReader} read @param {Solution} solution */
function sizesCell(read, { sizes, why }) {
  if (sizes === undefined) return why?.sizes ?? notMeasured
  const texts = sizes.map(({ variant, of, text }) => {
    const place =
      variant === 'mirror'
        ? { benchmark: 'scan', variant, metric: 'memory of the process per mark', group: { marks: 100_000 } }
        : { benchmark: 'memory', variant, metric: 'memory', group: { of } }
    return `${numberText(read.spread(place).median, 3)} ${text}`
  })
  return texts.join(', ')
}

/** @type {import('./reader.mjs').Figures} */
export const alternativesFigures = {
  'alternatives.measured': (read) =>
    tableText(
      ['solution', 'checks a second', 'longest stale', 'bytes of a revoked token'],
      solutions.map((solution) => [
        solution.name,
        checksCell(read, solution),
        staleCell(read, solution),
        sizesCell(read, solution),
      ]),
    ),
}
