// @ts-check
import { formatSpread, formatTable, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/** @typedef {{ medianMs: number, maxMs: number, server: string }} Round */

const mostMs = 10

/**
 * @param {number} [rounds]
 * @returns {import('../measure/command.mjs').Report}
 */
export function sessionListBenchmark(rounds = 5) {
  /** @type {Record<string, Round[]>} */
  const figures = runRounds(
    'sessions/list-round.mjs',
    { ioredis: ['--client=ioredis'], 'node-redis': ['--client=node-redis'] },
    rounds,
  )
  const rows = Object.entries(figures).map(([client, rounds]) => [
    client,
    formatSpread(spreadOf(rounds.map(({ medianMs }) => medianMs)), 2),
    formatSpread(spreadOf(rounds.map(({ maxMs }) => maxMs)), 2),
  ])
  const targets = Object.entries(figures).map(([client, rounds]) => [
    `list, ${client}: 1,000 sessions in less than ${mostMs} ms`,
    spreadOf(rounds.map(({ medianMs }) => medianMs)).median < mostMs,
  ])
  return {
    text: [
      'list: ms of `list` for a subject with 1,000 open sessions, 100 times, one at a time, after 20 to warm up.',
      formatTable([figures['ioredis']?.[0]?.server ?? '', 'median', 'slowest'], rows),
    ].join('\n\n'),
    targets: Object.fromEntries(targets),
    figures,
  }
}
