// @ts-check
import { formatSpread, formatTable, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {{ seconds: number, scanSeconds: number, bytesPerMark: number, serverCpuSeconds: number,
 *   sentBytesPerMark: number, commands: number, delayP99Ms: number, longestDelayMs: number,
 *   answered: number, unavailable: number, longestMs: number, server: string }} Round
 */

const candidates = {
  '10,000 marks': ['--marks=10000'],
  '100,000 marks': ['--marks=100000'],
  '1,000,000 marks': ['--marks=1000000'],
}

/**
 * The rows of the table: what is read of a round, and its digits. @type {Readonly<Record<string,
 * readonly [read: (round: Round) => number, digits: number]>>}
 */
const figuresOf = {
  'seconds from the start until every check is answered locally': [({ seconds }) => seconds, 2],
  'seconds of the scan': [({ scanSeconds }) => scanSeconds, 2],
  'bytes in the process per mark': [({ bytesPerMark }) => bytesPerMark, 0],
  'seconds of processor time of the server': [({ serverCpuSeconds }) => serverCpuSeconds, 2],
  'bytes sent by the server per mark': [({ sentBytesPerMark }) => sentBytesPerMark, 0],
  'commands of the server': [({ commands }) => commands, 0],
  'delay of the event loop, p99, ms': [({ delayP99Ms }) => delayP99Ms, 1],
  'longest delay of the event loop, ms': [({ longestDelayMs }) => longestDelayMs, 1],
  'checks answered meanwhile': [({ answered }) => answered, 0],
  'checks that became unavailable': [({ unavailable }) => unavailable, 0],
  'longest check meanwhile, ms': [({ longestMs }) => longestMs, 1],
}

const workload = `scan: an instance starts over a server with that many marks, of which 70% are of \`jti\`, 20% of \`sid\` and 10% of \`sub\`,
with ids of 36 characters. It checks tokens one after the other, with a pause of 1 ms, until the mirror is live. Checks ask the
server until then. Bytes are those of the heap and of typed arrays, after \`gc()\`.`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function mirrorScanBenchmark(rounds = 3) {
  /** @type {Record<string, Round[]>} */
  const figures = runRounds('mirror/scan-round.mjs', candidates, rounds)
  const names = Object.keys(candidates)
  const rows = Object.entries(figuresOf).map(([figure, [read, digits]]) => [
    figure,
    ...names.map((name) => formatSpread(spreadOf((figures[name] ?? []).map(read)), digits)),
  ])
  const all = names.flatMap((name) => figures[name] ?? [])
  return {
    text: [workload, formatTable([all[0]?.server ?? '', ...names], rows)].join('\n\n'),
    targets: { 'scan: no check becomes unavailable': all.every(({ unavailable }) => unavailable === 0) },
    figures,
  }
}
