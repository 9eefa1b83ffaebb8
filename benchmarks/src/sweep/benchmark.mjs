// @ts-check
import { formatSpread, formatTable, ratioOf, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {import('../measure/loop-watch.mjs').Delays} Delays
 * @typedef {{ idle: Delays, inserting: Delays, sweeping: Delays & { ms: number }, bytesPerMark:
 *   number, bytesLeft: number }} Round
 */

const candidates = {
  'revoked, minute': ['--variant=revoked', '--expiry=minute'],
  'naive, minute': ['--variant=naive', '--expiry=minute'],
  'revoked, instant': ['--variant=revoked', '--expiry=instant'],
  'naive, instant': ['--variant=naive', '--expiry=instant'],
}

const megabyte = 1e6
const mostBytesLeft = 5 * megabyte

/**
 * The rows of the table: how many decimals, and what is read of a round. @type
 * {Readonly<Record<string, readonly [digits: number, read: (round: Round) => number]>>}
 */
const rows = {
  'idle before: longest delay, ms (histogram)': [1, ({ idle }) => idle.histogramMs],
  'idle before: longest turn, ms (chain)': [1, ({ idle }) => idle.chainMs],
  'idle before: longest busy turn, ms (chain)': [1, ({ idle }) => idle.busyMs],
  'inserting: longest delay, ms (histogram)': [1, ({ inserting }) => inserting.histogramMs],
  'inserting: longest turn, ms (chain)': [1, ({ inserting }) => inserting.chainMs],
  'inserting: longest busy turn, ms (chain)': [1, ({ inserting }) => inserting.busyMs],
  'inserting: longest garbage collection, ms': [1, ({ inserting }) => inserting.gcMs],
  'sweeping: longest delay, ms (histogram)': [1, ({ sweeping }) => sweeping.histogramMs],
  'sweeping: longest turn, ms (chain)': [1, ({ sweeping }) => sweeping.chainMs],
  'sweeping: longest busy turn, ms (chain)': [1, ({ sweeping }) => sweeping.busyMs],
  'sweeping: longest garbage collection, ms': [1, ({ sweeping }) => sweeping.gcMs],
  'sweeping: from the first mark to the last, ms': [0, ({ sweeping }) => sweeping.ms],
  'heap per mark, bytes': [0, ({ bytesPerMark }) => bytesPerMark],
  'heap left behind by all marks, MB': [1, ({ bytesLeft }) => bytesLeft / megabyte],
}

/**
 * What of the naive one is divided by what of ours. @type {Readonly<Record<string, (round: Round)
 * => number>>}
 */
const ratios = {
  'longest turn, sweeping': ({ sweeping }) => sweeping.chainMs,
  'longest busy turn, sweeping': ({ sweeping }) => sweeping.busyMs,
  'longest turn, inserting': ({ inserting }) => inserting.chainMs,
  'longest busy turn, inserting': ({ inserting }) => inserting.busyMs,
  'heap per mark': ({ bytesPerMark }) => bytesPerMark,
}

const workload = `sweep: 1,000,000 marks (700,000 \`jti\`, 200,000 \`sid\`, 100,000 \`sub\`; UUIDs), inserted in batches of 1,000 with the
loop free in between; their expiries all fall within one minute, or on one instant; then the clock jumps past it.
Naive: one \`Map<string, number>\` from ids to expiries, swept in one pass. Each figure is the median of the rounds
(lowest to highest), each in a separate process. The histogram reads 1 ms and a little if nothing is delayed. A busy turn
leaves out what other processes took of the core, and is only as exact as the system accounts for time (often 4 ms).`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function sweepBenchmark(rounds = 5) {
  /** @type {Record<string, Round[]>} */
  const results = runRounds('sweep/round.mjs', candidates, rounds)
  const values = (/** @type {string} */ name, /** @type {(round: Round) => number} */ read) =>
    (results[name] ?? []).map(read)
  const ratio = (/** @type {string} */ expiry, /** @type {(round: Round) => number} */ read) =>
    ratioOf(values(`naive, ${expiry}`, read), values(`revoked, ${expiry}`, read))

  const figureLines = Object.entries(rows).map(([title, [digits, read]]) => [
    title,
    ...Object.keys(candidates).map((name) => formatSpread(spreadOf(values(name, read)), digits)),
  ])
  const ratioLines = Object.entries(ratios).map(([title, read]) => [
    title,
    ...['minute', 'instant'].map((expiry) => formatSpread(ratio(expiry, read), 2)),
  ])
  const left = Object.keys(candidates).map((name) => spreadOf(values(name, ({ bytesLeft }) => bytesLeft)).max)
  return {
    text: [
      workload,
      formatTable(['', ...Object.keys(candidates)], figureLines),
      formatTable(['naive / revoked', 'minute', 'instant'], ratioLines),
    ].join('\n\n'),
    targets: {
      'sweep: longest busy turn shorter than the naive one, in every round':
        ratio('minute', ({ sweeping }) => sweeping.busyMs).min > 1,
      'sweep: at most 5 MB of heap left behind': Math.max(...left) <= mostBytesLeft,
    },
    figures: results,
  }
}
