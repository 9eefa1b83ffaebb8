// @ts-check
import { formatSpread, formatTable, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {{ bytesPerEntry: number, bytesAfterFlood: number, entriesFull: number, idsAfterFlood:
 *   number, subjectsAsked: number, server: string }} Round
 */

const name = 'layered store'
const maxEntries = 100_000

/**
 * The rows of the table: what is read of a round. @type {Readonly<Record<string, (round: Round) =>
 * number>>}
 */
const figuresOf = {
  'bytes per absence, id included': ({ bytesPerEntry }) => bytesPerEntry,
  'the same after the flood': ({ bytesAfterFlood }) => bytesAfterFlood,
  entries: ({ entriesFull }) => entriesFull,
  'entries of `jti` after the flood': ({ idsAfterFlood }) => idsAfterFlood,
  'subjects that were asked for again': ({ subjectsAsked }) => subjectsAsked,
}

const workload = `entries: 100,000 tokens of which nothing is revoked, each with ids of its own, in a local cache of 100,000 entries for each scope.
Bytes are those of the heap and of typed arrays, after \`gc()\`, less what they were before the store was created. Then 1,000 subjects,
and a flood of 300,000 random \`jti\`; after which the subjects must still be answered locally.`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function layeredEntriesBenchmark(rounds = 3) {
  /** @type {Record<string, Round[]>} */
  const figures = runRounds('layered/entries-round.mjs', { [name]: [] }, rounds)
  const results = figures[name] ?? []
  const rows = Object.entries(figuresOf).map(([figure, read]) => [figure, formatSpread(spreadOf(results.map(read)))])
  return {
    text: [workload, formatTable([results[0]?.server ?? '', name], rows)].join('\n\n'),
    targets: {
      'entries: a flood of ids fills its own scope, and no more': results.every(
        ({ idsAfterFlood }) => idsAfterFlood === maxEntries,
      ),
      'entries: a flood of ids evicts no subject': results.every(({ subjectsAsked }) => subjectsAsked === 0),
    },
    figures,
  }
}
