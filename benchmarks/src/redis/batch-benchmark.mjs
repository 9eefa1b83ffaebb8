// @ts-check
import { formatNumber, formatSpread, formatTable, ratioOf, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {{ readonly seconds: number, readonly checks: number, readonly unavailable: number,
 *   readonly slowestMs: number, readonly server: string }} Round
 */

const workload = `batches: \`revoke\` of many subjects over Redis, in one call and in calls of 1,000 one after the other, while the same process checks
a token every 10 ms. Median of the rounds (lowest to highest).`

/** The variants: subjects, and subjects of a call. */
const variants = {
  '100,000 in one call': [100_000, 100_000],
  '100,000 in calls of 1,000': [100_000, 1_000],
  '300,000 in one call': [300_000, 300_000],
}

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function redisBatchBenchmark(rounds = 5) {
  const candidates = Object.fromEntries(
    Object.entries(variants).map(([name, [subjects, perCall]]) => [
      name,
      [`--subjects=${subjects}`, `--perCall=${perCall}`],
    ]),
  )
  /** @type {Record<string, Round[]>} */
  const figures = runRounds('redis/batch-round.mjs', candidates, rounds)
  const rows = Object.entries(figures).map(([name, results]) => [
    name,
    formatSpread(spreadOf(results.map(({ seconds }) => seconds)), 1),
    formatNumber(spreadOf(results.map(({ checks }) => checks)).median),
    formatNumber(Math.max(...results.map(({ unavailable }) => unavailable))),
    formatSpread(spreadOf(results.map(({ slowestMs }) => slowestMs))),
  ])
  /** @param {string} name */
  const secondsOf = (name) => (figures[name] ?? []).map(({ seconds }) => seconds)
  const ratio = ratioOf(secondsOf('100,000 in one call'), secondsOf('100,000 in calls of 1,000'))
  const server = Object.values(figures)[0]?.[0]?.server ?? ''
  return {
    text: [
      workload,
      formatTable([server, 'seconds', 'checks', 'most unavailable', 'slowest check, ms'], rows),
      `One call relative to calls of 1,000: ${formatSpread(ratio, 2)}.`,
    ].join('\n\n'),
    targets: {
      'one call takes no longer than calls of 1,000': ratio.median <= 1,
      'no check is unavailable': Object.values(figures).every((all) =>
        all.every(({ unavailable }) => unavailable === 0),
      ),
    },
    figures,
  }
}
