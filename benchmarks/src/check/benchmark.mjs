// @ts-check
import { formatNumber, formatSpread, formatTable, ratioOf, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {{ p50: number, p75: number, p99: number, passes: number }} Round in ns per check
 */

const callback = 'express-jwt-blacklist, callback'
const promise = 'express-jwt-blacklist, promise'
const names = ['revoked', 'bare', callback, promise, 'nothing, awaited']
const titles = {
  revoked: '`check` of revoked, 4 lookups',
  bare: 'bare `Map`s, 4 lookups',
  [callback]: 'express-jwt-blacklist, 1 lookup, callback',
  [promise]: 'express-jwt-blacklist, 1 lookup, promise',
  'nothing, awaited': 'the loop itself, 0 lookups',
}

const scenarios = {
  few: {
    title: '300 marks (100 `jti`, 100 `sid`, 100 `sub`); the tokens are seen again and again',
    args: ['--marks=small'],
  },
  million: {
    title: '1,000,000 marks (700,000 `jti`, 200,000 `sid`, 100,000 `sub`); the tokens are seen again and again',
    args: ['--marks=large'],
  },
  fresh: {
    title: '300 marks; all tokens are parsed anew before each pass (not timed), as requests bring them',
    args: ['--marks=small', '--fresh'],
  },
}

const workload = `check: 10,000 tokens in rotation, 1% of them revoked by \`jti\`; the 100 revoked sessions and
100 revoked subjects (more, if there are 1,000,000 marks) are of no token that is checked.
Each figure is the median of the rounds (lowest to highest round), each in a separate process; a round's is the
median pass over all tokens, divided by their number.`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function checkBenchmark(rounds = 7) {
  /** @type {Record<string, boolean>} */
  const targets = {}
  /** @type {Record<string, object>} */
  const figures = {}
  const tables = Object.entries(scenarios).map(([scenario, { title, args }]) => {
    const candidates = Object.fromEntries(names.map((name) => [name, [`--variant=${name}`, ...args]]))
    /** @type {Record<string, Round[]>} */
    const results = runRounds('check/round.mjs', candidates, rounds)
    const ns = (/** @type {string} */ name) => (results[name] ?? []).map(({ p50 }) => p50)
    const fastest = spreadOf(ns(callback)).median < spreadOf(ns(promise)).median ? callback : promise
    targets[`${scenario}: at least half the speed of bare maps`] = ratioOf(ns('bare'), ns('revoked')).median >= 0.5
    targets[`${scenario}: faster than express-jwt-blacklist`] = ratioOf(ns(fastest), ns('revoked')).median > 1
    figures[scenario] = results
    return `${title}:\n\n${formatResults(ns)}`
  })
  return { text: [workload, ...tables].join('\n\n'), targets, figures }
}

/** @param {(name: string) => readonly number[]} ns */
function formatResults(ns) {
  const rows = Object.entries(titles).map(([name, title]) => {
    const spread = spreadOf(ns(name))
    const ratio = ratioOf(ns(name), ns('revoked'))
    return [title, formatSpread(spread), formatNumber(1e9 / spread.median), formatSpread(ratio, 2)]
  })
  return formatTable(['', 'ns per check', 'checks per second', 'speed of revoked relative to it'], rows)
}
