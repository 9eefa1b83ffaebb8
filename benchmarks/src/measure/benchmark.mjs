// @ts-check
// What a benchmark is, and how one is run: the one mechanism behind all of them.
import { formatSpread, formatTable, spreadOf } from './figures.mjs'
import { describeMachine, versionsOf } from './machine.mjs'
import { runRounds, titleOf } from './rounds.mjs'
import { readSeries } from './series.mjs'

/**
 * @typedef {import('../results/format.mjs').BenchmarkResult} BenchmarkResult
 * @typedef {import('../results/format.mjs').Series} Series
 * @typedef {import('./rounds.mjs').Round} Round
 * @typedef {import('./rounds.mjs').Measured} Measured
 *
 *
 * @typedef {object} Metric
 * @property {string} metric
 * @property {string} unit
 * @property {(round: any) => number | undefined} read of what a script printed. Undefined if it
 *   does not apply to the variant.
 * @property {number} [digits] in the table that is printed
 *
 *
 * @typedef {object} Benchmark
 * @property {string} title
 * @property {string} about what is measured, under which load, printed above the table
 * @property {number} rounds
 * @property {number} seconds that one round of all runs takes, for the first estimate
 * @property {readonly string[]} packages whose versions belong to the figures, as paths under
 *   `node_modules`, or `peers/jwt-redis/redis` for those of a nested install
 * @property {readonly import('./rounds.mjs').Run[]} runs
 * @property {readonly Metric[]} metrics
 * @property {Readonly<Record<string, (series: import('./series.mjs').SeriesReader) => boolean>>}
 *   [targets] whether each is met. What was not measured is `NaN`, so that no comparison holds.
 */

/**
 * @param {Benchmark} benchmark
 * @param {number} rounds
 * @param {(done: number, text: string) => void} showProgress
 * @returns {Promise<BenchmarkResult>}
 */
export async function runBenchmark(benchmark, rounds, showProgress) {
  const startedAt = new Date()
  const { measured, failed } = await runRounds(benchmark.runs, rounds, showProgress)
  const { series, unreadable } = readMetrics(benchmark, measured)
  const reader = readSeries(series)
  const failures = [...failed, ...unreadable]
  return {
    title: benchmark.title,
    machine: describeMachine(),
    node: process.versions.node,
    versions: versionsOf(benchmark.packages),
    servers: serversOf(measured),
    date: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1_000),
    rounds,
    ...(failures.length > 0 ? { failed: failures } : {}),
    targets: Object.fromEntries(Object.entries(benchmark.targets ?? {}).map(([name, isMet]) => [name, isMet(reader)])),
    series,
  }
}

/**
 * Reads the metrics of all variants. A figure that is no number is a failure of its variant.
 *
 * @param {Benchmark} benchmark
 * @param {readonly Measured[]} measured
 */
function readMetrics({ metrics }, measured) {
  /** @type {Series[]} */
  const series = []
  /** @type {import('../results/format.mjs').Failure[]} */
  const unreadable = []
  for (const { variant, group, rounds } of measured) {
    const own = group === undefined ? { variant } : { variant, group }
    for (const { metric, unit, read } of metrics) {
      const values = rounds
        .map(read)
        .filter((value) => value !== undefined)
        .map(rounded)
      if (values.length === 0) continue
      if (values.every(Number.isFinite)) series.push({ ...own, metric, unit, values, ...spreadOf(values) })
      else unreadable.push({ ...own, error: `${metric} is no number.` })
    }
  }
  return { series, unreadable }
}

/** Keeps six digits, which is more than any measurement has. @param {unknown} value */
function rounded(value) {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : Number.NaN
}

/** @param {readonly Measured[]} measured @returns {Record<string, string>} */
function serversOf(measured) {
  const names = measured.flatMap(({ rounds }) => rounds.map(({ server }) => String(server ?? '')))
  return Object.fromEntries(names.filter((name) => name !== '').map((name) => name.split(' ', 2)))
}

/**
 * Formats the series as one table, with a line for each variant and a column for each metric.
 *
 * @param {Benchmark} benchmark
 * @param {BenchmarkResult} result
 */
export function formatResult({ about, metrics }, { series, targets, failed = [] }) {
  const lines = [...new Set(series.map(titleOf))]
  const columns = metrics.filter(({ metric }) => series.some((one) => one.metric === metric))
  const rows = lines.map((line) => [
    line,
    ...columns.map(({ metric, digits = 0 }) => {
      const found = series.find((one) => titleOf(one) === line && one.metric === metric)
      return found === undefined ? '' : formatSpread(found, digits)
    }),
  ])
  return [
    about,
    '',
    formatTable(['', ...columns.map(({ metric, unit }) => `${metric}, ${unit}`)], rows),
    ...Object.entries(targets).map(([target, isMet]) => `- ${target}: ${isMet ? 'met' : 'MISSED'}`),
    ...failed.map((failure) => `- FAILED: ${titleOf(failure)}: ${failure.error}`),
    '',
  ].join('\n')
}
