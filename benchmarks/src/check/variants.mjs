// @ts-check
import { createRevocation } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import blacklist from 'express-jwt-blacklist'
import { batchesOf } from '../measure/tokens.mjs'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {import('../measure/tokens.mjs').Revoked} Revoked
 * @typedef {(tokens: readonly Payload[]) => Promise<number>} Pass checks every token once; resolves
 *   with how many are revoked
 * @typedef {(revoked: Revoked) => Promise<Pass>} Variant
 */

const batchSize = 1_000

/**
 * One loop per variant, not a shared one: its calls stay monomorphic, even with all variants in one
 * process.
 */
export const variants = {
  /** @type {Variant} */
  async revoked({ revokedTokens, otherTokens, sessions, subjects }) {
    const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
    await revocation.revoke(revokedTokens.map((token) => ({ token })))
    for (const tokens of batchesOf(otherTokens, batchSize)) await revocation.revoke(tokens.map((token) => ({ token })))
    for (const ids of batchesOf(sessions, batchSize)) await revocation.revoke(ids.map((session) => ({ session })))
    for (const ids of batchesOf(subjects, batchSize)) await revocation.revoke(ids.map((subject) => ({ subject })))

    return async (tokens) => {
      let count = 0
      for (const token of tokens) {
        const verdict = await revocation.check(token)
        if (!verdict.allowed) count++
      }
      return count
    }
  },

  /**
   * The practical limit: four look-ups and nothing else. @type
   * {Variant}
   */
  async bare({ revokedTokens, otherTokens, sessions, subjects }) {
    const expiresAt = Date.now() + 900_000
    const jtis = new Map(revokedTokens.map(({ jti }) => [jti, expiresAt]))
    for (const { jti } of otherTokens) jtis.set(jti, expiresAt)
    const sids = mapOf(sessions, expiresAt)
    const subs = mapOf(subjects, expiresAt)
    const alls = mapOf([], expiresAt)

    /** @param {Payload} token */
    async function isRevoked(token) {
      const jti = jtis.get(token.jti)
      const sid = sids.get(token.sid)
      const sub = subs.get(token.sub)
      const all = alls.get('')
      return jti !== undefined || sid !== undefined || sub !== undefined || all !== undefined
    }

    return async (tokens) => {
      let count = 0
      for (const token of tokens) if (await isRevoked(token)) count++
      return count
    }
  },

  /** @type {Variant} */
  async 'express-jwt-blacklist, promise'(revoked) {
    await fillBlacklist(revoked)

    /** @param {Payload} token @returns {Promise<boolean>} */
    function isRevoked(token) {
      return new Promise((resolve, reject) => {
        blacklist.isRevoked(undefined, token, (error, isRevoked) => (error ? reject(error) : resolve(isRevoked)))
      })
    }

    return async (tokens) => {
      let count = 0
      for (const token of tokens) if (await isRevoked(token)) count++
      return count
    }
  },

  /**
   * Its memory store calls back before `isRevoked` returns, without a turn of the microtask
   * queue. @type {Variant}
   */
  async 'express-jwt-blacklist, callback'(revoked) {
    await fillBlacklist(revoked)

    return async (tokens) => {
      let count = 0
      for (const token of tokens) {
        blacklist.isRevoked(undefined, token, (error, isRevoked) => {
          if (error) throw error
          if (isRevoked) count++
        })
      }
      return count
    }
  },

  /** Measures the loop that is around every variant except the callback. @type {Variant} */
  async 'nothing, awaited'() {
    async function isRevoked() {
      return false
    }

    return async (tokens) => {
      let count = 0
      for (const _ of tokens) if (await isRevoked()) count++
      return count
    }
  },
}

/**
 * @param {Iterable<string>} ids
 * @param {number} expiresAt
 * @returns {Map<string, number>}
 */
function mapOf(ids, expiresAt) {
  const map = new Map()
  for (const id of ids) map.set(id, expiresAt)
  return map
}

/**
 * Sets it up with `jti`, the one kind of id that it knows, and with as many marks as the
 * others. @param {Revoked} revoked
 */
async function fillBlacklist({ revokedTokens, otherTokens, sessions, subjects }) {
  blacklist.configure({ store: { type: 'memory' }, tokenId: 'jti', indexBy: 'iat' })
  const iat = Math.floor(Date.now() / 1_000)
  for (const token of revokedTokens) blacklist.revoke(token, 900)
  for (const token of otherTokens) blacklist.revoke(token, 900)
  for (const jti of sessions) blacklist.revoke({ jti, iat }, 900)
  for (const jti of subjects) blacklist.revoke({ jti, iat }, 900)
}
