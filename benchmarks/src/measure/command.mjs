// @ts-check
import { parseArgs } from 'node:util'
import { describeMachine } from './machine.mjs'

/**
 * @typedef {{ readonly text: string, readonly targets: Readonly<Record<string, boolean>>,
 *   readonly figures: object }} Report
 * @typedef {(rounds: number | undefined) => Report} Benchmark
 */

/**
 * Runs the command line of each script: `--rounds=3`, `--only=` one of its benchmarks, `--json`,
 * and `--strict` to fail if a target is missed.
 *
 * @param {Readonly<Record<string, Benchmark>>} benchmarks
 */
export function runCommand(benchmarks) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'boolean' },
      strict: { type: 'boolean' },
    },
  })
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds > 0)) {
    throw new RangeError('rounds must be a whole number, at least 1.')
  }
  const names = values.only === undefined ? Object.keys(benchmarks) : [values.only]
  const machine = describeMachine()
  const print = (/** @type {string} */ text) => (values.json ? process.stderr : process.stdout).write(`${text}\n`)

  print(`${machine}\n`)
  /** @type {Record<string, object>} */
  const results = {}
  for (const name of names) {
    const benchmark = benchmarks[name]
    if (benchmark === undefined) throw new RangeError(`only must be one of ${Object.keys(benchmarks).join(', ')}.`)
    const { text, targets, figures } = benchmark(rounds)
    print(text)
    for (const [target, isMet] of Object.entries(targets)) print(`- ${target}: ${isMet ? 'met' : 'MISSED'}`)
    print('')
    if (values.strict && Object.values(targets).includes(false)) process.exitCode = 1
    results[name] = { targets, figures }
  }
  if (values.json) console.log(JSON.stringify({ machine, ...results }))
}
