// @ts-check
import { createRevocation } from '@revoked/core'
import { createRevocableTokens } from '@revoked/jose'
import { redisStore } from '@revoked/store-redis'
import { Redis } from 'ioredis'
import { createLayered, keysAsked, keysPerCheck } from '../layered/revocation.mjs'
import { audience, issuer } from './tokens.mjs'

/**
 * @typedef {Awaited<ReturnType<typeof import('jose').importJWK>>} Key
 * @typedef {{ readonly url: string, readonly algorithm: string, readonly key: Key,
 *   readonly imported: Key }} Setting `imported`: the key as jose is fastest with it
 * @typedef {(jti: unknown) => Promise<boolean>} IsBlacklisted
 * @typedef {import('@revoked/jose').RevocableTokens} RevocableTokens
 * @typedef {(requests: number) => number} Asked of how many keys Redis was asked for so many
 *   requests
 * @typedef {{ readonly tokens: RevocableTokens, readonly asked?: Asked, readonly isBlacklisted?:
 *   never }} Ours
 * @typedef {{ readonly tokens?: never, readonly isBlacklisted?: IsBlacklisted, readonly asked?:
 *   never, readonly key: Key }} HandMade a call of jose, and perhaps a command
 * @typedef {(setting: Setting) => Promise<Ours | HandMade>} Variant
 */

/** Returns the key of the hand-made variant. @param {unknown} jti */
export const blacklistKey = (jti) => `blacklist:${jti}`

export const variants = {
  /** @type {Variant} */
  async verification({ imported }) {
    return { key: imported }
  },

  /** The same again, which shows the noise of the measurement. @type {Variant} */
  async again({ imported }) {
    return { key: imported }
  },

  /** A secret as bytes, as in most code. jose imports it for each token. @type {Variant} */
  async bytes({ key }) {
    return { key }
  },

  /** @type {Variant} */
  async layered(setting) {
    const { store, revocation } = await createLayered(setting.url)
    return {
      tokens: tokensOver(revocation, setting),
      asked: (requests) => keysAsked(store, requests * keysPerCheck),
    }
  },

  /** With the cache of verified tokens, which has all of them after the warm-up. @type {Variant} */
  async cached(setting) {
    const { revocation } = await createLayered(setting.url)
    return { tokens: tokensOver(revocation, setting, { cache: {} }) }
  },

  /** @type {Variant} */
  async redis(setting) {
    const store = redisStore(await connect(setting.url))
    return { tokens: tokensOver(createRevocation({ store, maxTokenLifetime: '24h' }), setting) }
  },

  /** The usual hand-written solution: one key, one command for each request. @type {Variant} */
  async exists({ url, imported }) {
    const client = await connect(url)
    return { key: imported, isBlacklisted: async (jti) => (await client.exists(blacklistKey(jti))) === 1 }
  },
}

/**
 * @param {import('@revoked/core').Revocation} revocation
 * @param {Setting} setting
 * @param {Pick<import('@revoked/jose').RevocableTokenOptions, 'cache'>} [options]
 */
function tokensOver(revocation, { algorithm, key }, options = {}) {
  const keys = algorithm.startsWith('HS') ? { secret: key } : { publicKey: key }
  return createRevocableTokens({ revocation, issuer, audience, algorithms: [algorithm], keys, ...options })
}

/** @param {string} url */
async function connect(url) {
  const client = new Redis(url)
  await client.ping()
  return client
}
