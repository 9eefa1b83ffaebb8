// @ts-check
import { formatSpread, formatTable, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {{ checks: number, localShare: number, readsPerThousand: number, writesPerThousand:
 *   number, warmUpSeconds: number, warmUpShare: number, server: string }} Round
 */

const layered = 'layered store over Redis'

const candidates = {
  [layered]: ['--variant=layered', '--warm-up=2000000'],
  'Redis store alone': ['--variant=redis', '--warm-up=20000'],
  'LRU with a TTL of 2 s over it': ['--variant=ttl', '--warm-up=20000'],
}

/**
 * The columns of the table: what is read of a round. @type {Readonly<Record<string, readonly
 * [digits: number, read: (round: Round) => number]>>}
 */
const columns = {
  'keys answered locally, %': [2, ({ localShare }) => localShare * 100],
  'reads per 1,000 requests': [1, ({ readsPerThousand }) => readsPerThousand],
  'other scripts': [1, ({ writesPerThousand }) => writesPerThousand],
  'in the warm-up, %': [2, ({ warmUpShare }) => warmUpShare * 100],
  'warm-up, s': [1, ({ warmUpSeconds }) => warmUpSeconds],
}

const leastLocalShare = 0.99

const workload = `zipf: 10,000 checks and 200 revocations a second in four processes, for 10 s. 100,000 tokens, of which the second is seen half as
often as the first, the third a third as often, and so on; revoked are any. Before that the layered store has seen 2,000,000 checks of the
same kind in each process, as fast as it goes (the others 20,000). Round-trips are commands that the server counted. Checks of one
turn of the event loop share a command. In the end each process must find exactly those revoked that any has revoked.`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function layeredZipfBenchmark(rounds = 3) {
  /** @type {Record<string, Round[]>} */
  const figures = runRounds('layered/zipf-round.mjs', candidates, rounds)
  const rows = Object.entries(figures).map(([name, results]) => [
    name,
    ...Object.values(columns).map(([digits, read]) => formatSpread(spreadOf(results.map(read)), digits)),
  ])
  const localShare = spreadOf((figures[layered] ?? []).map((round) => round.localShare)).median
  return {
    text: [workload, formatTable([figures[layered]?.[0]?.server ?? '', ...Object.keys(columns)], rows)].join('\n\n'),
    targets: { 'zipf: at least 99% of the keys are answered locally': localShare >= leastLocalShare },
    figures,
  }
}
