// @ts-check
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {object} Variant
 * @property {(tokens: readonly Payload[]) => Promise<unknown>} revoke
 * @property {(token: Payload) => string} keyOf
 */

const lifetimeMs = 3_600_000

export const variants = {
  /** @param {import('../redis/connection.mjs').Connection} connection @returns {Variant} */
  revoked({ client }) {
    const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
    return {
      revoke: (tokens) =>
        revocation.revoke(tokens.map(({ jti, iat }) => ({ token: { jti, iat, exp: iat + lifetimeMs / 1_000 } }))),
      keyOf: ({ jti }) => `{revoked:0}:jti:${jti}`,
    }
  },

  /**
   * What tutorials show: `SET blacklist:<jti> 1 EX 3600`. The server stores an instant in either
   * case. @param {import('../redis/connection.mjs').Connection} connection @returns {Variant}
   */
  blacklist({ setAll }) {
    return {
      revoke: (tokens) => {
        const expiresAt = Date.now() + lifetimeMs
        return setAll(tokens.map(({ jti }) => ({ key: `blacklist:${jti}`, value: '1', expiresAt })))
      },
      keyOf: ({ jti }) => `blacklist:${jti}`,
    }
  },
}
