// @ts-check
// What a chart shows of the results. The tests use it too, without a plotting library.
import { createHash } from 'node:crypto'

/**
 * @typedef {import('../src/results/format.mjs').Results} Results
 * @typedef {import('../src/results/format.mjs').Failure} Failure
 * @typedef {import('../src/results/format.mjs').Group} Group
 * @typedef {import('../src/results/format.mjs').GroupValue} GroupValue
 *
 *
 * @typedef {object} ChartSpec
 * @property {string} name of the file
 * @property {string} title
 * @property {'rows' | 'lines' | 'multiples'} form
 * @property {readonly Panel[]} panels one above the other, with the same axis
 * @property {string} axis what the figures are, with their unit
 * @property {'linear' | 'log'} scale
 * @property {boolean} [isSorted] the highest first, in place of the order of the results
 * @property {(variant: string) => boolean} isOurs
 * @property {Along} [along] of lines and multiples: the other axis
 * @property {{ readonly key: string, readonly label: (value: GroupValue) => string }} [lines] of
 *   multiples: the key of the group that has a line for each value
 * @property {{ readonly at: number, readonly text: string }} [bound] a line across
 * @property {number} [factor] from the unit of the results to that of the axis
 * @property {string} shows one sentence
 * @property {string} hides one sentence
 *
 *
 * @typedef {object} Along
 * @property {string} key of the group
 * @property {string} title with its unit
 * @property {'linear' | 'log' | 'steps'} [scale] default: `log`. Steps have the same width,
 *   whatever lies between the values
 *
 *
 * @typedef {object} Panel
 * @property {string} [title]
 * @property {string} benchmark
 * @property {string} metric
 * @property {Group} [group] what the groups of its series have
 * @property {(series: { variant: string, group?: Group }) => string} [label] default: the variant
 * @property {(label: string) => boolean} [only]
 *
 *
 * @typedef {object} Row
 * @property {string} label
 * @property {string} variant
 * @property {boolean} isOurs
 * @property {number} [along]
 * @property {string} [line]
 * @property {number} [median]
 * @property {number} [min]
 * @property {number} [max]
 * @property {string} [error] if it failed
 */

/** @param {Group | undefined} group @param {Group} wanted */
function hasGroup(group, wanted) {
  return Object.entries(wanted).every(([key, value]) => group?.[key] === value)
}

/** Names are in code in the results, and plain in a chart. @param {string} text */
export const plain = (text) => text.replaceAll('`', '')

/**
 * Returns the rows of a panel, in the order of the results or from the highest to the lowest, and
 * last what failed.
 *
 * @param {ChartSpec} spec
 * @param {Panel} panel
 * @param {Results} results
 * @returns {Row[]}
 */
export function rowsOf({ along, lines, isOurs, isSorted = false, factor = 1 }, panel, results) {
  const { benchmark, metric, group = {}, label = ({ variant }) => variant, only = () => true } = panel
  const result = results.benchmarks[benchmark]
  if (result === undefined) return []
  /** @param {{ variant: string, group?: Group }} one */
  const named = (one) => ({
    label: plain(label(one)),
    variant: one.variant,
    isOurs: isOurs(one.variant),
    ...(along === undefined ? {} : { along: Number(one.group?.[along.key]) }),
    ...(lines === undefined ? {} : { line: lines.label(one.group?.[lines.key] ?? '') }),
  })
  const measured = result.series
    .filter((one) => one.metric === metric && hasGroup(one.group, group))
    .map((one) => ({ ...named(one), median: one.median * factor, min: one.min * factor, max: one.max * factor }))
  const failed = (result.failed ?? [])
    .filter((one) => hasGroup(one.group, group))
    .map((one) => ({ ...named(one), error: one.error }))
  const ordered = isSorted ? measured.toSorted((one, other) => other.median - one.median) : measured
  return [...ordered, ...failed].filter((row) => only(row.label))
}

/**
 * Returns the panels that have something to show, each with its rows.
 *
 * @param {ChartSpec} spec
 * @param {Results} results
 */
export function panelsOf(spec, results) {
  return spec.panels
    .map((panel) => ({ panel, rows: rowsOf(spec, panel, results) }))
    .filter(({ rows }) => rows.length > 0)
}

/**
 * Returns a hash of all that a chart shows. It is in the file of the chart, so that a test can tell
 * whether the chart was drawn from the results.
 *
 * @param {ChartSpec} spec
 * @param {Results} results
 */
export function digestOf(spec, results) {
  const shown = panelsOf(spec, results).map(({ panel, rows }) => [panel.title, rows])
  const { title, axis, shows, hides, scale, bound } = spec
  const text = JSON.stringify([title, axis, shows, hides, scale, bound, shown])
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/**
 * Returns the rounds of the benchmarks of a chart, and where and when they ran.
 *
 * @param {ChartSpec} spec
 * @param {Results} results
 */
export function provenanceOf({ panels }, results) {
  const used = [...new Set(panels.map(({ benchmark }) => benchmark))].flatMap((name) => results.benchmarks[name] ?? [])
  const [first] = used
  return {
    benchmarks: [...new Set(panels.map(({ benchmark }) => benchmark))],
    rounds: Math.min(...used.map(({ rounds }) => rounds)),
    date: used.map(({ date }) => date.slice(0, 10)).toSorted()[0] ?? '',
    machine: first === undefined ? '' : `${first.machine.cpu}, ${first.machine.cores} cores`,
    node: first?.node ?? '',
  }
}
