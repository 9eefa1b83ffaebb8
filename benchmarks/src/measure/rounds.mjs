// @ts-check
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/**
 * @typedef {import('../results/format.mjs').Failure} Failure
 * @typedef {import('../results/format.mjs').Group} Group
 *
 *
 * @typedef {object} Run a separate process in each round
 * @property {string} variant
 * @property {Group} [group] what it is measured under
 * @property {string} script under `src`. It prints what it measured, as one line of JSON.
 * @property {readonly string[]} [args]
 * @property {Readonly<Record<string, Part>>} [parts] if it measures several variants, or one under
 *   several loads: each by its key in the `parts` of what it prints
 *
 *
 * @typedef {{ readonly variant: string, readonly group?: Group }} Part
 * @typedef {Record<string, unknown>} Round what a variant measured in a round
 * @typedef {{ readonly variant: string, readonly group?: Group, readonly rounds: Round[] }}
 *   Measured
 * @typedef {{ readonly measured: readonly Measured[], readonly failed: readonly Failure[] }}
 *   Outcome
 */

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../../../', import.meta.url))
const timeoutMs = 300_000

/**
 * Runs everything once per round, each in a separate process. Within a group, the order shifts by
 * one per round, so that a slow phase of the machine affects all of its variants alike. What fails
 * is not run again, and the others go on.
 *
 * @param {readonly Run[]} runs
 * @param {number} rounds
 * @param {(done: number, text: string) => void} showProgress
 * @returns {Promise<Outcome>}
 */
export async function runRounds(runs, rounds, showProgress) {
  const states = runs.map((run) => ({ run, results: /** @type {Round[]} */ ([]), error: '' }))
  for (let round = 0; round < rounds; round++) {
    const order = blocksOf(states).flatMap((block) => shifted(block, round))
    for (const [index, state] of order.entries()) {
      showProgress((round + index / order.length) / rounds, `round ${round + 1} of ${rounds}: ${titleOf(state.run)}`)
      if (state.error !== '') continue
      try {
        state.results.push(await runScript(state.run))
      } catch (error) {
        state.error = reasonOf(error)
      }
    }
  }
  return {
    measured: states.flatMap(({ run, results }) => measuredBy(run, results)),
    failed: states.filter(({ error }) => error !== '').flatMap(({ run, error }) => failuresOf(run, error)),
  }
}

/** @param {Part} part */
export function titleOf({ variant, group = {} }) {
  return [variant, ...Object.entries(group).map(([key, value]) => `${key} ${value}`)].join(', ')
}

/**
 * @template {{ run: Run }} State
 * @param {readonly State[]} states
 */
function blocksOf(states) {
  /** @type {Map<string, State[]>} */
  const blocks = new Map()
  for (const state of states) {
    const group = JSON.stringify(state.run.group ?? {})
    blocks.set(group, [...(blocks.get(group) ?? []), state])
  }
  return [...blocks.values()]
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {number} count
 */
function shifted(items, count) {
  const first = count % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}

/** @param {Run} run @returns {Promise<Round>} */
async function runScript({ script, args = [] }) {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url))
  const { stdout, stderr } = await execute(process.execPath, ['--expose-gc', path, ...args], {
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (stderr !== '') process.stderr.write(`${stderr}\n`)
  return JSON.parse(stdout)
}

/**
 * Returns the message of an error that a script ended with, without the folders of this machine.
 *
 * @typedef {Error & { readonly stderr?: string, readonly killed?: boolean }} Ended
 *
 * @param {unknown} error
 */
function reasonOf(error) {
  const { message, stderr = '', killed } = /** @type {Ended} */ (error)
  process.stderr.write(`\n${stderr || message}\n`)
  if (killed) return `It did not end within ${timeoutMs / 1_000} s.`
  const [thrown = message.split('\n', 1)[0] ?? ''] = /^\w*Error\b.*$/m.exec(stderr) ?? []
  return thrown.replaceAll(root, '')
}

/**
 * @param {Run} run
 * @param {readonly Round[]} results
 * @returns {Measured[]}
 */
function measuredBy(run, results) {
  const { parts } = run
  if (parts === undefined) return [{ ...nameOf(run), rounds: [...results] }]
  return Object.entries(parts).map(([key, part]) => ({
    ...nameOf(part),
    rounds: results.map((result) => /** @type {Record<string, Round>} */ (result['parts'])[key] ?? {}),
  }))
}

/**
 * @param {Run} run
 * @param {string} error
 * @returns {Failure[]}
 */
function failuresOf(run, error) {
  return Object.values(run.parts ?? { run }).map((part) => ({ ...nameOf(part), error }))
}

/** @param {Part} part @returns {Part} */
function nameOf({ variant, group }) {
  return group === undefined ? { variant } : { variant, group }
}
