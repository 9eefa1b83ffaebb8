// @ts-check
import { formatSpread, formatTable, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {{ p50: number, p99: number, max: number }} Delays in ms
 * @typedef {{ fromCall: Delays, fromAnswer: Delays, server: string }} Round
 */

const name = 'spread'
const mostMs = 5

const workload = `spread: ms from \`revoke\` in one process to the first refusal in another, which had the token in its local cache as active. 500
tokens, one after the other, on one machine and without faults. The other process checks as soon as it is told; what is below nothing was
refused before \`revoke\` had its answer. Percentiles of each round; of those the median (lowest to highest).`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function layeredSpreadBenchmark(rounds = 5) {
  /** @type {Record<string, Round[]>} */
  const figures = runRounds('layered/spread-round.mjs', { [name]: [] }, rounds)
  const results = figures[name] ?? []
  /** @param {string} since @param {(round: Round) => Delays} read */
  const row = (since, read) => {
    const percentiles = /** @type {const} */ (['p50', 'p99', 'max'])
    return [since, ...percentiles.map((key) => formatSpread(spreadOf(results.map((round) => read(round)[key])), 2))]
  }
  const rows = [
    row('since `revoke` was called', ({ fromCall }) => fromCall),
    row('since it had its answer', ({ fromAnswer }) => fromAnswer),
  ]
  return {
    text: [workload, formatTable([results[0]?.server ?? '', 'p50', 'p99', 'longest'], rows)].join('\n\n'),
    targets: {
      [`${name}: p99 below ${mostMs} ms`]: spreadOf(results.map(({ fromCall }) => fromCall.p99)).median < mostMs,
    },
    figures,
  }
}
