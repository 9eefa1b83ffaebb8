// @ts-check
import { formatNumber, formatTable, spreadOf } from '../measure/figures.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {{ readonly instances: number, readonly revocations: number, readonly receivedKiB:
 *   number, readonly sentKiB: number, readonly commands: number, readonly cpuShare: number,
 *   readonly server: string }} Round per second
 */

const mostKiB = 0.8

const workload = `fleet: what N instances with a layered store cost one Redis, per second. Idle: no check and no revocation. Busy: 200
revocations a second by one more instance. Default bound of 2 s; every instance has its own client and its own subscriber. Medians of the
rounds.`

/** Variants: the number of instances, and of revocations a second. */
const variants = { '10 idle': [10, 0], '100 idle': [100, 0], '400 idle': [400, 0], '100 busy': [100, 200] }

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function fleetBenchmark(rounds = 3) {
  /** @type {Record<string, Round[]>} */
  const figures = runRounds(
    'fleet/round.mjs',
    Object.fromEntries(
      Object.entries(variants).map(([name, [instances, revocations]]) => [
        name,
        [`--instances=${instances}`, `--revocations=${revocations}`],
      ]),
    ),
    rounds,
  )
  const rows = Object.entries(figures).map(([name, results]) => {
    /** @param {(round: Round) => number} read */
    const median = (read) => spreadOf(results.map(read)).median
    return [
      name,
      formatNumber(
        median(({ sentKiB }) => sentKiB),
        1,
      ),
      formatNumber(
        median(({ receivedKiB }) => receivedKiB),
        1,
      ),
      formatNumber(median(perInstance), 2),
      formatNumber(median(({ commands }) => commands)),
      `${formatNumber(100 * median(({ cpuShare }) => cpuShare), 1)}%`,
    ]
  })
  const server = Object.values(figures)[0]?.[0]?.server ?? ''
  const header = [server, 'sent, KiB/s', 'received, KiB/s', 'both, KiB/s an instance', 'commands/s', 'a core of Redis']
  const idle = Object.entries(figures).filter(([name]) => name.endsWith('idle'))
  return {
    text: [workload, formatTable(header, rows)].join('\n\n'),
    targets: Object.fromEntries(
      idle.map(([name, results]) => [
        `${name}: at most ${mostKiB} KiB/s an instance, sent and received`,
        spreadOf(results.map(perInstance)).median <= mostKiB,
      ]),
    ),
    figures,
  }
}

/** @param {Round} round */
function perInstance({ instances, sentKiB, receivedKiB }) {
  return (sentKiB + receivedKiB) / instances
}
