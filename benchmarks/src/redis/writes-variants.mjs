// @ts-check
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {(tokens: readonly Payload[]) => Promise<unknown>} Revoke
 * @typedef {(connection: import('./connection.mjs').Connection) => Revoke} Variant
 */

export const variants = {
  /** @type {Variant} */
  record({ client }) {
    const store = redisStore(client)
    return (tokens) =>
      store.record(
        tokens.map(({ jti, exp }) => ({
          key: { scope: 'jti', value: jti },
          mark: { cutoff: Infinity, expiresAt: exp * 1_000 },
        })),
      )
  },

  /** @type {Variant} */
  revoke({ client }) {
    const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
    return (tokens) => revocation.revoke(tokens.map((token) => ({ token })))
  },

  /** Overwrites existing values, merges nothing, and notifies no other instance. @type {Variant} */
  set({ set, setAll }) {
    const entryOf = (/** @type {Payload} */ { jti, exp }) => ({
      key: `{revoked:0}:jti:${jti}`,
      value: '1',
      expiresAt: exp * 1_000,
    })
    return (tokens) => {
      const [first] = tokens
      return first !== undefined && tokens.length === 1 ? set(entryOf(first)) : setAll(tokens.map(entryOf))
    }
  },
}
