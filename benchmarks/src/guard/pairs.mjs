// @ts-check
// What the guard compares: something of ours, and a yardstick that does the least for the same.
import { variants as checks } from '../check/variants.mjs'
import { localVariants } from '../latency/local-variants.mjs'
import { remoteVariants } from '../latency/remote-variants.mjs'
import { batchesOf, createPayload, markCounts, revokedAmong, revokedCount } from '../measure/tokens.mjs'
import { connect } from '../redis/connection.mjs'
import { variants as writes } from '../redis/writes-variants.mjs'

/**
 * @typedef {import('../latency/local-variants.mjs').Setting} Setting
 * @typedef {() => Promise<void>} Work a slice of about 10 to 50 ms, which checks its answers
 * @typedef {(setting: Setting, texts: readonly string[]) => Promise<{ ours: Work, yardstick: Work
 *   }>} Pair
 */

const checksInFlight = 64
const checksOfSlice = 2_560
const batchSize = 100
const batchesOfSlice = 10

/** @type {Readonly<Record<string, Pair>>} */
export const pairs = {
  async memory({ tokens }, texts) {
    const [ours, yardstick] = await Promise.all(
      [checks.revoked, checks.bare].map((fill) => fill(revokedAmong(texts, markCounts.small))),
    )
    return { ours: passOver(ours, tokens), yardstick: passOver(yardstick, tokens) }
  },

  layered: (setting) => pairOf(localVariants['layered'], localVariants['lru-cache'], setting, 1),
  mirror: (setting) => pairOf(localVariants['mirror'], localVariants['lru-cache'], setting, 1),
  redis: (setting) =>
    pairOf(remoteVariants['redis-ioredis'], remoteVariants['mget-autopipelined'], setting, checksInFlight),

  async record({ url }) {
    const connection = await connect('ioredis', url)
    /** @param {import('../redis/writes-variants.mjs').Revoke} revoke @returns {Work} */
    const workOf = (revoke) => async () => {
      const tokens = Array.from({ length: batchSize * batchesOfSlice }, createPayload)
      for (const batch of batchesOf(tokens, batchSize)) await revoke(batch)
    }
    return { ours: workOf(writes.record(connection)), yardstick: workOf(writes.set(connection)) }
  },
}

/**
 * @param {import('../check/variants.mjs').Pass | undefined} pass
 * @param {Setting['tokens']} tokens
 * @returns {Work}
 */
function passOver(pass, tokens) {
  return async () => {
    if ((await pass?.(tokens)) !== revokedCount) throw new Error('Not the right number of tokens is revoked.')
  }
}

/**
 * @param {import('../latency/local-variants.mjs').Variant | undefined} ours
 * @param {import('../latency/local-variants.mjs').Variant | undefined} yardstick
 * @param {Setting} setting
 * @param {number} concurrency
 */
async function pairOf(ours, yardstick, setting, concurrency) {
  if (ours === undefined || yardstick === undefined) throw new RangeError('There is no such variant.')
  const works = []
  for (const create of [ours, yardstick]) works.push(workOf(await create(setting), setting, concurrency))
  const [one, other] = works
  return { ours: /** @type {Work} */ (one), yardstick: /** @type {Work} */ (other) }
}

/**
 * @param {import('../latency/local-variants.mjs').Candidate} candidate
 * @param {Setting} setting
 * @param {number} concurrency
 * @returns {Work}
 */
function workOf({ look }, { tokens, revokedTokens }, concurrency) {
  const revoked = new Set(revokedTokens.map(({ jti }) => jti))
  const some = concurrency === 1 ? tokens : tokens.slice(0, checksOfSlice)
  return async () => {
    const rest = some.values()
    async function work() {
      for (const token of rest) {
        if ((await look(token)) !== revoked.has(token.jti)) throw new Error('A wrong answer was given.')
      }
    }
    await Promise.all(Array.from({ length: concurrency }, work))
  }
}
