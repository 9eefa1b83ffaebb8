// @ts-check
import { formatRates, speedOf } from '../measure/rates.mjs'
import { runRounds } from '../measure/rounds.mjs'

/**
 * @typedef {import('../measure/command.mjs').Report} Report
 * @typedef {import('../measure/rates.mjs').Rate} Rate
 */

const check = '`check` of revoked, 4 keys'
const find = '`find` of its store, 4 keys'
const bare = 'MGET, 4 keys'
const pipelined = 'MGET, autopipelined, 4 keys'

/**
 * What runs over which client. @type {Readonly<Record<string, Readonly<Record<string, readonly
 * string[]>>>>}
 */
const candidates = {
  ioredis: {
    [check]: ['--client=ioredis', '--variant=check'],
    [find]: ['--client=ioredis', '--variant=find'],
    [bare]: ['--client=ioredis', '--variant=mget'],
    [pipelined]: ['--client=ioredis, autopipelining', '--variant=mget'],
    'express-jwt-blacklist, 1 key': ['--client=ioredis', '--variant=blacklist'],
  },
  // node-redis writes the commands of one turn of the event loop at once, so its bare MGET is
  // autopipelined.
  'node-redis': {
    [check]: ['--client=node-redis', '--variant=check'],
    [find]: ['--client=node-redis', '--variant=find'],
    [pipelined]: ['--client=node-redis', '--variant=mget'],
  },
}

const loads = [1, 64, 256]

/**
 * How many times as fast as which peer `check` is at least. @type {Readonly<Record<string, readonly
 * (readonly [concurrency: number, peer: string, least: number])[]>>}
 */
const targets = {
  ioredis: [
    [1, bare, 0.9],
    [64, bare, 2.2],
    [64, pipelined, 2],
  ],
  'node-redis': [
    [1, pipelined, 0.9],
    [64, pipelined, 2],
  ],
}

const workload = `reads: checks a second of 10,000 tokens in rotation, 1% of them revoked by \`jti\`, so many checks under way at any time.
Every answer is compared with the right one. Each figure is the median of the rounds (lowest to highest), each in a process and over a
server of its own, for a second after half a second of warm-up. node-redis pipelines by itself: its bare MGET is the autopipelined one.`

/**
 * @param {number} [rounds]
 * @returns {Report}
 */
export function redisReadsBenchmark(rounds = 5) {
  /** @type {Record<string, Record<string, Record<string, Rate[]>>>} */
  const figures = {}
  for (const [client, variants] of Object.entries(candidates)) {
    figures[client] = {}
    for (const concurrency of loads)
      figures[client][`${concurrency} at a time`] = runLoad(variants, concurrency, rounds)
  }
  return {
    text: [workload, ...Object.entries(figures).map(([client, byLoad]) => formatRates(client, byLoad))].join('\n\n'),
    targets: Object.fromEntries(Object.entries(figures).flatMap(([client, byLoad]) => judge(client, byLoad))),
    figures,
  }
}

/**
 * @param {Readonly<Record<string, readonly string[]>>} variants
 * @param {number} concurrency
 * @param {number} rounds
 * @returns {Record<string, Rate[]>}
 */
function runLoad(variants, concurrency, rounds) {
  const args = Object.entries(variants).map(([name, args]) => [name, [...args, `--concurrency=${concurrency}`]])
  return runRounds('redis/reads-round.mjs', Object.fromEntries(args), rounds)
}

/**
 * @param {string} client
 * @param {Readonly<Record<string, import('../measure/rates.mjs').Rates>>} byLoad
 * @returns {[target: string, isMet: boolean][]}
 */
function judge(client, byLoad) {
  return (targets[client] ?? []).map(([concurrency, peer, least]) => {
    const target = `reads, ${client}, ${concurrency} at a time: at least ${least} times the speed of ${peer}`
    return [target, speedOf(byLoad[`${concurrency} at a time`] ?? {}, check, peer).median >= least]
  })
}
