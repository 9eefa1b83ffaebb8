// @ts-check
import { formatSpread, formatTable, spreadOf } from '../measure/figures.mjs'
import { perSecond, speedOf } from '../measure/rates.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {import('../measure/rates.mjs').Rate} Rate
 */

const check = '`check` of revoked, 4 keys'
const clientSide = 'node-redis, client-side caching, 1 key'
const bento = 'bentocache, 1 key'
const cacheable = 'cacheable, 1 key'
const bare = 'bare `lru-cache`s, 4 keys'

const candidates = {
  [check]: ['--variant=revoked'],
  [clientSide]: ['--variant=node-redis'],
  [bento]: ['--variant=bentocache'],
  [cacheable]: ['--variant=cacheable'],
  [bare]: ['--variant=bare'],
}

/**
 * How many times as fast as which peer `check` is at least. @type {readonly (readonly [peer:
 * string, least: number])[]}
 */
const ratios = [
  [clientSide, 5],
  [bento, 10],
  [cacheable, 10],
  [bare, 0.4],
]

const leastPerSecond = 1_000_000

const workload = `hot: checks of 10,000 tokens in rotation, 1% of them revoked by \`jti\`, all of it in the local cache: the server is not
asked. One after the other, in passes over all tokens, each of which must find the 100. Each figure is the median of the rounds
(lowest to highest), each in a process and over a separate server.`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function layeredHotBenchmark(rounds = 5) {
  /** @type {Record<string, Rate[]>} */
  const figures = runRounds('layered/hot-round.mjs', candidates, rounds)
  const rows = Object.keys(candidates).map((name) => {
    const rates = perSecond(figures, name)
    return [
      name,
      formatSpread(spreadOf(rates.map((rate) => 1e9 / rate))),
      formatSpread(spreadOf(rates)),
      formatSpread(speedOf(figures, check, name), 2),
    ]
  })
  const header = [figures[check]?.[0]?.server ?? '', 'ns', 'a second', 'speed of revoked relative to it']
  /** @type {[target: string, isMet: boolean][]} */
  const targets = ratios.map(([peer, least]) => [
    `hot: at least ${least} times the speed of ${peer}`,
    speedOf(figures, check, peer).median >= least,
  ])
  return {
    text: [workload, formatTable(header, rows)].join('\n\n'),
    targets: {
      'hot: at least 1,000,000 checks a second': spreadOf(perSecond(figures, check)).median >= leastPerSecond,
      ...Object.fromEntries(targets),
    },
    figures,
  }
}
