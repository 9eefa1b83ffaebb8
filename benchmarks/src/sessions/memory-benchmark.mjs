// @ts-check
import { formatSpread, formatTable, ratioOf, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/** @typedef {{ bytes: number, server: string }} Round */

const names = {
  session: 'a session of `redisSessions`',
  token: 'a raw token in a sorted set of its subject',
  label: 'a label of jwt-redis',
}

const counts = [1, 3]

const workload = `session-memory: bytes of a session in Redis: by how much \`used_memory\` grew with 60,000 of them, divided by their
number. A session has 114 bytes of text, with a description of 48. A token (HS256, 333 characters) is what many applications keep in
\`ZADD sessions:<sub> <exp> <token>\`, to list it. A label is \`SET jwt_label:<10 characters> true EX …\`: it says neither whose session it
is nor anything about it, and cannot be listed.`

/**
 * @param {number} [rounds]
 * @returns {import('../measure/command.mjs').Report}
 */
export function sessionMemoryBenchmark(rounds = 3) {
  /** @type {Record<string, Record<string, Round[]>>} */
  const figures = {}
  for (const count of counts) {
    const candidates = Object.keys(names).map((variant) => [variant, [`--variant=${variant}`, `--each=${count}`]])
    figures[`${count} a subject`] = runRounds('sessions/memory-round.mjs', Object.fromEntries(candidates), rounds)
  }
  const columns = Object.values(figures)
  const bytes = (/** @type {Record<string, Round[]>} */ rounds, /** @type {string} */ name) =>
    (rounds[name] ?? []).map(({ bytes }) => bytes)
  /** @param {string} peer */
  const ratios = (peer) =>
    columns.map((rounds) => formatSpread(ratioOf(bytes(rounds, 'session'), bytes(rounds, peer)), 2))
  const rows = [
    ...Object.entries(names).map(([variant, name]) => [
      name,
      ...columns.map((rounds) => formatSpread(spreadOf(bytes(rounds, variant)))),
    ]),
    ['a session / a raw token', ...ratios('token')],
    ['a session / a label', ...ratios('label')],
  ]
  const server = columns[0]?.['session']?.[0]?.server ?? ''
  return {
    text: [workload, formatTable([server, ...Object.keys(figures)], rows)].join('\n\n'),
    targets: {},
    figures,
  }
}
