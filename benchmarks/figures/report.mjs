// @ts-check
// All results as tables, for the README of the benchmarks.
import { titleOf } from '../src/measure/rounds.mjs'
import { sourceText, spreadText, tableText } from './text.mjs'

/** @typedef {import('../src/results/format.mjs').BenchmarkResult} BenchmarkResult */

/**
 * Returns the figures of a benchmark as one table: a line for each variant, a column for each
 * metric. Targets that are missed and variants that failed follow.
 *
 * @param {BenchmarkResult} result
 */
export function resultTable({ series, targets, failed = [] }) {
  const metrics = [...new Set(series.map(({ metric, unit }) => `${metric}, ${unit}`))]
  const rows = [...new Set(series.map(titleOf))].map((title) => [
    title,
    ...metrics.map((name) => {
      const found = series.find((one) => titleOf(one) === title && `${one.metric}, ${one.unit}` === name)
      return found === undefined ? '' : spreadText(found)
    }),
  ])
  const missed = Object.entries(targets).filter(([, isMet]) => !isMet)
  return [
    ...(series.length === 0 ? [] : [tableText(['variant', ...metrics], rows)]),
    [
      ...missed.map(([target]) => `- missed: ${target}`),
      ...failed.map((failure) => `- failed: ${titleOf(failure)}: ${failure.error}`),
    ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** @param {readonly [string, BenchmarkResult][]} results by name */
export function reportText(results) {
  return results
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, result]) => `### ${result.title} (\`${name}\`)\n\n${sourceText(result)}.\n\n${resultTable(result)}`)
    .join('\n\n')
}
