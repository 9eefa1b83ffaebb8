// @ts-check
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Runs every candidate once per round, each in a separate process, in an order that shifts by one
 * per round, so that a slow phase of the machine affects all of them alike.
 *
 * @template Result
 * @param {string} script
 * @param {Readonly<Record<string, readonly string[]>>} candidates the arguments of each, by its
 *   name
 * @param {number} rounds
 * @returns {Record<string, Result[]>} by name, one result per round
 */
export function runRounds(script, candidates, rounds) {
  const names = Object.keys(candidates)
  /** @type {Record<string, Result[]>} */
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const index of names.keys()) {
      const name = names[(index + round) % names.length] ?? ''
      showProgress(`  round ${round + 1} of ${rounds}: ${name}`)
      results[name]?.push(runChild(script, candidates[name] ?? []))
    }
  }
  showProgress('')
  return results
}

/**
 * @param {string} script
 * @param {readonly string[]} args
 */
function runChild(script, args) {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url))
  const { status, stdout, error } = spawnSync(process.execPath, ['--expose-gc', path, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${status}.`, { cause: error })
  return JSON.parse(stdout)
}

/** @param {string} text */
function showProgress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
