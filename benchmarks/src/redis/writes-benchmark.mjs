// @ts-check
import { formatRates, speedOf } from '../measure/rates.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {import('../measure/rates.mjs').Rate} Rate
 * @typedef {Readonly<Record<string, readonly string[]>>} Contestants the arguments of each, by its
 *   name
 */

const record = '`record` of the store'
const revoke = '`revoke` of revoked'
const bare = 'SET PXAT, a command each'
const pipelined = 'SET PXAT, pipelined'

/**
 * @param {string} client @param {string} pipelining the client that pipelines by itself @returns
 *   {Contestants}
 */
const candidatesOf = (client, pipelining) => ({
  [record]: [`--client=${client}`, '--variant=record'],
  [revoke]: [`--client=${client}`, '--variant=revoke'],
  [pipelined]: [`--client=${pipelining}`, '--variant=set'],
})

/**
 * Batches are pipelined by the peer itself, single writes by the client. @type
 * {Readonly<Record<string, { batched: Contestants, single: Contestants }>>}
 */
const clients = {
  ioredis: {
    batched: candidatesOf('ioredis', 'ioredis'),
    single: {
      ...candidatesOf('ioredis', 'ioredis, autopipelining'),
      [bare]: ['--client=ioredis', '--variant=set'],
    },
  },
  'node-redis': {
    batched: candidatesOf('node-redis', 'node-redis'),
    single: candidatesOf('node-redis', 'node-redis'),
  },
}

const loads = {
  'a batch of 100 at a time': ['--batch=100', '--callers=1'],
  'a batch of 500 at a time': ['--batch=500', '--callers=1'],
  '100 single ones at a time': ['--batch=1', '--callers=100'],
}

const leastSpeed = 0.4

const workload = `writes: revocations a second of 50,000 distinct tokens, so many in flight at any time; after 10,000 for warm-up.
\`record\` compares and swaps each in a script, which writes the change log and publishes (to no subscriber). Then there is a key for
every token. Each figure is the median of the rounds (lowest to highest), each in a process and over a separate server.`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function redisWritesBenchmark(rounds = 5) {
  /** @type {Record<string, Record<string, Record<string, Rate[]>>>} */
  const figures = {}
  /** @type {Record<string, boolean>} */
  const targets = {}
  for (const [client, { batched, single }] of Object.entries(clients)) {
    /** @type {Record<string, Record<string, Rate[]>>} */
    const byLoad = {}
    for (const [load, args] of Object.entries(loads)) {
      const candidates = load.includes('single') ? single : batched
      const rates = runLoad(candidates, args, rounds)
      byLoad[load] = rates
      targets[`writes, ${client}, ${load}: at least ${leastSpeed} times the speed of ${pipelined}`] =
        speedOf(rates, record, pipelined).median >= leastSpeed
    }
    figures[client] = byLoad
  }
  return {
    text: [workload, ...Object.entries(figures).map(([client, byLoad]) => formatRates(client, byLoad))].join('\n\n'),
    targets,
    figures,
  }
}

/**
 * @param {Contestants} candidates
 * @param {readonly string[]} loadArgs
 * @param {number} rounds
 * @returns {Record<string, Rate[]>}
 */
function runLoad(candidates, loadArgs, rounds) {
  const withLoad = Object.entries(candidates).map(([name, args]) => [name, [...args, ...loadArgs]])
  return runRounds('redis/writes-round.mjs', Object.fromEntries(withLoad), rounds)
}
