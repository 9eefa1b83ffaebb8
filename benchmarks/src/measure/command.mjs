// @ts-check
import { readResults, writeResult } from '../results/file.mjs'
import { formatResult, runBenchmark } from './benchmark.mjs'
import { describeMachine } from './machine.mjs'
import { parseOptions, resultsPath } from './options.mjs'
import { titleOf } from './rounds.mjs'

/**
 * @typedef {import('./benchmark.mjs').Benchmark} Benchmark
 * @typedef {import('../results/format.mjs').BenchmarkResult} BenchmarkResult
 */

/**
 * Runs the command line: `--only=` some of the benchmarks, `--rounds=3`, `--out=` another results
 * file, and `--strict` to fail if a target is missed. The exit code is 1 if anything has failed.
 *
 * @param {Readonly<Record<string, Benchmark>>} benchmarks
 */
export async function runCommand(benchmarks) {
  const { names, rounds, out, strict } = parseCommand(Object.keys(benchmarks))
  const planned = names.map((name) => {
    const benchmark = /** @type {Benchmark} */ (benchmarks[name])
    const count = rounds ?? benchmark.rounds
    return { name, benchmark, count, seconds: estimate(benchmark, count, readResults(resultsPath).benchmarks[name]) }
  })
  const { cpu, cores } = describeMachine()
  console.log(`${cpu}, ${cores} cores; Node ${process.versions.node}`)
  for (const { name, count, seconds } of planned) {
    console.log(`- ${name}: ${count} rounds, about ${formatDuration(seconds)}`)
  }
  console.log(`About ${formatDuration(planned.reduce((sum, { seconds }) => sum + seconds, 0))} in all.\n`)

  /** @type {string[]} */
  const troubles = []
  for (const [index, { name, benchmark, count, seconds }] of planned.entries()) {
    const rest = planned.slice(index + 1).reduce((sum, later) => sum + later.seconds, 0)
    const place = `${index + 1}/${planned.length} ${name}`
    console.log(`${place}: ${benchmark.title} (${count} rounds, about ${formatDuration(seconds)})`)
    const result = await runSafely(benchmark, count, (done, text) => {
      showProgress(`${place}, ${text}; ${formatDuration((1 - done) * seconds + rest)} left`)
    })
    showProgress('')
    writeResult(out, name, result)
    console.log(formatResult(benchmark, result))
    const { failed = [], targets } = result
    troubles.push(...failed.map((failure) => `${name}: ${titleOf(failure)} failed: ${failure.error}`))
    if (failed.length > 0 || (strict && Object.values(targets).includes(false))) process.exitCode = 1
  }
  console.log(`Results: ${out}`)
  for (const trouble of troubles) console.error(trouble)
}

/** @param {readonly string[]} all */
function parseCommand(all) {
  const { only, ...options } = parseOptions(process.argv.slice(2))
  const names = only === undefined ? all : only.split(',')
  if (!names.every((name) => all.includes(name))) throw new RangeError(`only must be some of ${all.join(', ')}.`)
  return { ...options, names }
}

/**
 * Returns the seconds that a benchmark takes: as many a round as the last time, if it is known.
 *
 * @param {Benchmark} benchmark
 * @param {number} rounds
 * @param {BenchmarkResult} [last]
 */
function estimate({ seconds }, rounds, last) {
  return last === undefined ? seconds * rounds : (last.seconds / last.rounds) * rounds
}

/**
 * Runs a benchmark. An error outside its scripts is a failure of it, and the next ones are run.
 *
 * @param {Benchmark} benchmark
 * @param {number} rounds
 * @param {(done: number, text: string) => void} show
 * @returns {Promise<BenchmarkResult>}
 */
async function runSafely(benchmark, rounds, show) {
  try {
    return await runBenchmark(benchmark, rounds, show)
  } catch (error) {
    console.error(error)
    return {
      title: benchmark.title,
      machine: describeMachine(),
      node: process.versions.node,
      versions: {},
      servers: {},
      date: new Date().toISOString(),
      seconds: 0,
      rounds,
      failed: [{ variant: 'the benchmark itself', error: String(error) }],
      targets: {},
      series: [],
    }
  }
}

/** @param {string} text */
function showProgress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text.slice(0, process.stderr.columns - 1)}`)
}

/** @param {number} seconds */
function formatDuration(seconds) {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
}
