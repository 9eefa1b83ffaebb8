// @ts-check
import { formatSpread, formatTable, spreadOf } from '../measure/figures.mjs'
import { perSecond, speedOf } from '../measure/rates.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {import('../measure/rates.mjs').Rate} Rate
 */

const clientSide = 'node-redis, client-side caching, 1 key, hot'

/** The candidates of each number of marks. */
const sizes = {
  '300 marks': 300,
  '10,000 marks': 10_000,
  '1,000,000 marks': 1_000_000,
}

const workload = `fresh: checks of 10,000 tokens in rotation, 1% of them revoked by \`jti\`, four keys each, over a mirror of Redis and over
\`memoryStore\`. Neither keeps anything of a check, so each check is like that of a token that was never seen before. node-redis
answers from its cache, which has seen the tokens before. Each figure is the median of the rounds (lowest to highest).`

/** @param {string} size */
const mirrorOf = (size) => `mirror, ${size}`
/** @param {string} size */
const memoryOf = (size) => `\`memoryStore\`, ${size}`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function mirrorChecksBenchmark(rounds = 5) {
  const candidates = Object.fromEntries(
    Object.entries(sizes).flatMap(([size, marks]) => [
      [mirrorOf(size), ['--store=mirror', `--marks=${marks}`]],
      [memoryOf(size), ['--store=memory', `--marks=${marks}`]],
    ]),
  )
  /** @type {Record<string, Rate[]>} */
  const figures = {
    ...runRounds('mirror/checks-round.mjs', candidates, rounds),
    ...runRounds('layered/hot-round.mjs', { [clientSide]: ['--variant=node-redis'] }, rounds),
  }
  const rows = Object.keys(figures).map((name) => {
    const rates = perSecond(figures, name)
    return [name, formatSpread(spreadOf(rates.map((rate) => 1e9 / rate))), formatSpread(spreadOf(rates))]
  })
  const names = Object.keys(sizes)
  const ratios = names.map((size) => [
    size,
    formatSpread(speedOf(figures, memoryOf(size), mirrorOf(size)), 2),
    formatSpread(speedOf(figures, mirrorOf(size), clientSide), 2),
  ])
  const server = figures[clientSide]?.[0]?.server ?? ''
  return {
    text: [
      workload,
      formatTable([server, 'ns', 'a second'], rows),
      formatTable(['', 'time relative to `memoryStore`', `speed relative to ${clientSide}`], ratios),
    ].join('\n\n'),
    targets: Object.fromEntries(
      names.flatMap((size) => [
        [
          `fresh: within 1.3 times the time of memoryStore, ${size}`,
          speedOf(figures, memoryOf(size), mirrorOf(size)).median <= 1.3,
        ],
        [
          `fresh: at least 5 times the speed of ${clientSide}, ${size}`,
          speedOf(figures, mirrorOf(size), clientSide).median >= 5,
        ],
      ]),
    ),
    figures,
  }
}
