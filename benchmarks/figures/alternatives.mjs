// @ts-check
// The measured figures of every solution that the page of alternatives compares, in one table.
import { notMeasured, solutions } from './solutions.mjs'
import { numberText, tableText } from './text.mjs'

/**
 * @typedef {import('./reader.mjs').FigureReader} FigureReader
 * @typedef {import('./solutions.mjs').Solution} Solution
 */

/** Variants that the results may lack: they were added after the last measurement. */
const notYetMeasured = ['jwt-redis, look-up alone, 1 key', 'cache-manager, memory for 2 s']

/** @param {FigureReader} read @param {Solution} solution */
function checksCell(read, { checks: variant, why }) {
  if (variant === undefined) return why?.checks ?? notMeasured
  const { series } = read.result('latency')
  if (notYetMeasured.includes(variant) && !series.some((one) => one.variant === variant)) return '– not measured yet'
  const place = { benchmark: 'latency', variant, metric: 'checks', group: { concurrency: 64, delayMs: 1 } }
  const ids = /(\d) keys?\b/.exec(variant)?.[1]
  return `${numberText(read.spread(place).median, 3)} (${ids} ${ids === '1' ? 'id' : 'ids'})`
}

/** @param {FigureReader} read @param {Solution} solution */
function staleCell(read, { stale, why }) {
  if (stale === undefined) return why?.stale ?? notMeasured
  const { series } = read.result('staleness')
  const variant = series.find((one) => one.variant === stale || one.variant.startsWith(`${stale},`))?.variant
  if (variant === undefined && notYetMeasured.some((name) => name.startsWith(`${stale},`))) return '– not measured yet'
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
