// @ts-check
import { formatSpread, formatTable, ratioOf, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {object} Round
 * @property {number} bytesPerKey
 * @property {number} bytesPerEntry
 * @property {number} bytesUsed
 * @property {string} server
 */

const mark = 'a mark of `revoke({ token })`'
const peer = '`SET blacklist:<jti> 1 EX 3600`'
const candidates = { [mark]: ['--variant=revoked'], [peer]: ['--variant=blacklist'] }

/**
 * The columns of the table: what is read of a round. @type {Readonly<Record<string, (round: Round)
 * => number>>}
 */
const columns = {
  '`MEMORY USAGE` of its key': ({ bytesPerKey }) => bytesPerKey,
  'share of `used_memory`': ({ bytesUsed }) => bytesUsed,
}

const mostOfPeer = 1.5

const workload = `memory: bytes of a token's mark in Redis. \`MEMORY USAGE\` of 1,000 of 100,000 keys; and by how much \`used_memory\` grew
with all of them, divided by their number: with the index of expiries and what the allocator
rounds up, without the change log. Ids are UUIDs.`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function redisMemoryBenchmark(rounds = 5) {
  /** @type {Record<string, Round[]>} */
  const figures = runRounds('redis/memory-round.mjs', candidates, rounds)
  const values = (/** @type {string} */ name, /** @type {(round: Round) => number} */ read) =>
    (figures[name] ?? []).map(read)
  const ratio = (/** @type {(round: Round) => number} */ read) => ratioOf(values(mark, read), values(peer, read))

  const reads = Object.values(columns)
  const rows = [
    ...Object.keys(candidates).map((name) => [
      name,
      ...reads.map((read) => formatSpread(spreadOf(values(name, read)))),
    ]),
    ['the one / the other', ...reads.map((read) => formatSpread(ratio(read), 2))],
  ]
  const targets = Object.entries(columns).map(([title, read]) => [
    `memory: ${title} at most ${mostOfPeer} times the other's`,
    ratio(read).median <= mostOfPeer,
  ])
  const entry = formatSpread(spreadOf(values(mark, ({ bytesPerEntry }) => bytesPerEntry)))
  return {
    text: [
      workload,
      formatTable([figures[mark]?.[0]?.server ?? '', ...Object.keys(columns)], rows),
      `An entry of the change log takes ${entry} bytes (\`MEMORY USAGE\`).`,
    ].join('\n\n'),
    targets: Object.fromEntries(targets),
    figures,
  }
}
