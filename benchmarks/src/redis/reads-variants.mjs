// @ts-check
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import blacklist from 'express-jwt-blacklist'

/**
 * @typedef {import('./connection.mjs').Connection} Connection
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {(token: Payload) => Promise<boolean>} IsRevoked
 * @typedef {(connection: Connection, revokedTokens: readonly Payload[]) => Promise<IsRevoked>}
 *   Variant
 */

const lifetimeSeconds = 900

export const variants = {
  /** @type {Variant} */
  async check({ client }, revokedTokens) {
    const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
    await revocation.revoke(revokedTokens.map((token) => ({ token })))
    return async (token) => {
      const verdict = await revocation.check(token)
      return !verdict.allowed
    }
  },

  /** The share of the store in it. @type {Variant} */
  async find({ client }, revokedTokens) {
    const store = redisStore(client)
    await createRevocation({ store, maxTokenLifetime: '24h' }).revoke(revokedTokens.map((token) => ({ token })))
    return async ({ jti, sid, sub }) => {
      const found = await store.find([
        { scope: 'jti', value: jti },
        { scope: 'sid', value: sid },
        { scope: 'sub', value: sub },
        { scope: 'all', value: '' },
      ])
      return found.length > 0
    }
  },

  /**
   * The usual hand-written solution: the same four keys, looked up by a separate command. @type
   * {Variant}
   */
  async mget({ mget, setAll }, revokedTokens) {
    const expiresAt = Date.now() + lifetimeSeconds * 1_000
    await setAll(revokedTokens.map(({ jti }) => ({ key: `{revoked:0}:jti:${jti}`, value: '1', expiresAt })))
    return async ({ jti, sid, sub }) => {
      const values = await mget([
        `{revoked:0}:jti:${jti}`,
        `{revoked:0}:sid:${sid}`,
        `{revoked:0}:sub:${sub}`,
        '{revoked:0}:all:',
      ])
      return values.some((value) => value !== null)
    }
  },

  /** It knows one kind of id, here `jti`, and looks it up with HGETALL. @type {Variant} */
  async blacklist({ client }, revokedTokens) {
    blacklist.configure({ store: { type: 'redis', client }, tokenId: 'jti', indexBy: 'iat' })
    for (const token of revokedTokens) {
      /** @type {Promise<void>} */
      const revoked = new Promise((resolve, reject) => {
        blacklist.revoke(token, lifetimeSeconds, (error) => (error ? reject(error) : resolve()))
      })
      await revoked
    }
    return (token) =>
      new Promise((resolve, reject) => {
        blacklist.isRevoked(undefined, token, (error, isRevoked) => (error ? reject(error) : resolve(isRevoked)))
      })
  },
}
