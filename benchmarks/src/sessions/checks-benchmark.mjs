// @ts-check
import { formatRates } from '../measure/rates.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {import('../measure/rates.mjs').Rate} Rate
 */

const check = '`check` with an allowlist, 4 keys and a session'
const denylist = '`check` without one, 4 keys'
const find = '`find` of the sessions alone'
const label = 'the look-up of jwt-redis, 1 key'
const variants = { [check]: 'check', [denylist]: 'denylist', [find]: 'find', [label]: 'label' }

const loads = [1, 64]

const workload = `listed: checks a second of 10,000 tokens in rotation, the sessions of 1% of them closed, so many checks under way at
any time. Every answer is compared with the right one. jwt-redis 7.0.3 sends \`GET jwt_label:<jti>\` in its \`verify\`, which is measured
without the signature. Each figure is the median of the rounds (lowest to highest), each in a process and over a server of its own, for a
second after half a second of warm-up.`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function sessionChecksBenchmark(rounds = 5) {
  /** @type {Record<string, Record<string, Record<string, Rate[]>>>} */
  const figures = {}
  for (const client of ['ioredis', 'node-redis']) {
    figures[client] = {}
    for (const concurrency of loads) {
      const args = Object.entries(variants).map(([name, variant]) => [
        name,
        [`--client=${client}`, `--variant=${variant}`, `--concurrency=${concurrency}`],
      ])
      figures[client][`${concurrency} at a time`] = runRounds(
        'sessions/checks-round.mjs',
        Object.fromEntries(args),
        rounds,
      )
    }
  }
  return {
    text: [workload, ...Object.entries(figures).map(([client, byLoad]) => formatRates(client, byLoad))].join('\n\n'),
    targets: {},
    figures,
  }
}
