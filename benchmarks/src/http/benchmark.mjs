// @ts-check
import { formatNumber, formatSpread, formatTable, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {import('./round.mjs').Figures} Figures
 * @typedef {import('./round.mjs').Round} Round
 */

const candidates = {
  verification: '`jwtVerify` of jose alone, its key imported once',
  again: 'the same once more',
  bytes: 'the same with the key as bytes, if it is a secret',
  layered: '`requireToken`, layered store over Redis',
  cached: '`requireToken`, layered store, verified tokens cached',
  redis: '`requireToken`, Redis store',
  exists: '`jwtVerify`, then EXISTS',
}

const algorithms = ['HS256', 'ES256']

/** The least speed relative to verification alone: the target. */
const least = 0.95

const workload = `requests a second of a route that answers \`{ sub }\`, as far as 50 connections that are kept alive ask for them, each for
the next one when it has the answer to its last. 1,000 tokens at random, none of them revoked; every answer is compared with the right one.
The Redis client is ioredis, with its defaults. The server, the requests and Redis share the machine, each in a separate process. All variants
are routes of one server process, on a port each, and take turns of 40 ms, in an order drawn anew each time, 120 of each after 50 to warm up.
A figure of a round is the median of its turns, but for the latency: the p99 of all its requests. Medians of the rounds (lowest to highest);
relative figures are taken within a turn. The first variant runs twice: what is nearer to 1 than the second one tells nothing.`

/** @type {Readonly<Record<string, import('../measure/command.mjs').Benchmark>>} */
export const httpBenchmarks = {
  express: (rounds) => httpBenchmark('express', rounds),
  fastify: (rounds) => httpBenchmark('fastify', rounds),
}

/**
 * @param {string} framework
 * @param {number} [rounds]
 * @returns {Report}
 */
function httpBenchmark(framework, rounds = 5) {
  const args = algorithms.map((name) => [name, [`--framework=${framework}`, `--algorithm=${name}`]])
  /** @type {Record<string, Round[]>} */
  const figures = runRounds('http/round.mjs', Object.fromEntries(args), rounds)
  return {
    text: [
      `${framework}: ${workload}`,
      ...Object.entries(figures).map(([algorithm, rounds]) => formatRounds(algorithm, rounds)),
    ].join('\n\n'),
    targets: Object.fromEntries(
      Object.entries(figures).map(([algorithm, rounds]) => [
        `${framework}, ${algorithm}: over the layered store at least ${least} times the speed of verification alone`,
        spreadOf(all(rounds, 'layered', 'speed')).median >= least,
      ]),
    ),
    figures,
  }
}

/**
 * @param {string} algorithm
 * @param {readonly Round[]} rounds
 */
function formatRounds(algorithm, rounds) {
  const header = [
    `${algorithm}; ${rounds[0]?.versions}`,
    'requests a second',
    'relative to `jwtVerify` alone',
    'p99, ms',
    'processor time of the server, µs a request',
    'processor time of `jwtVerify` alone, relative to it',
  ]
  const rows = Object.entries(candidates).map(([variant, name]) => [
    name,
    formatSpread(spreadOf(all(rounds, variant, 'perSecond'))),
    formatSpread(spreadOf(all(rounds, variant, 'speed')), 2),
    formatSpread(spreadOf(all(rounds, variant, 'p99')), 1),
    formatSpread(spreadOf(all(rounds, variant, 'cpuMicros'))),
    formatSpread(spreadOf(all(rounds, variant, 'thrift')), 2),
  ])
  const share = spreadOf(all(rounds, 'layered', 'localShare')).median * 100
  return `${formatTable(header, rows)}\n\nAnswered locally by the layered store: ${formatNumber(share, 2)}% of the keys.`
}

/**
 * @param {readonly Round[]} rounds
 * @param {string} variant
 * @param {keyof Figures} figure
 */
function all(rounds, variant, figure) {
  return rounds.map(({ figures }) => figures[variant]?.[figure] ?? Number.NaN)
}
