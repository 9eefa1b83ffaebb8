// @ts-check
import { createRevocation } from '@revoked/core'
import { createRevocableTokens } from '@revoked/jose'
import { redisStore } from '@revoked/store-redis'
import { RedisStore } from 'connect-redis'
import { createVerifier } from 'fast-jwt'
import { Redis } from 'ioredis'
import { jwtVerify } from 'jose'
import { createClient } from 'redis'
import { createLayered, keysAsked, keysPerCheck } from '../layered/revocation.mjs'
import { audience, issuer } from './tokens.mjs'

/**
 * @typedef {Awaited<ReturnType<typeof import('jose').importJWK>>} Key
 * @typedef {{ readonly url: string, readonly algorithm: string, readonly key: Key,
 *   readonly imported: Key, readonly pem: string | Buffer }} Setting `imported`: the key as jose is
 *   fastest with it; `pem`: as fast-jwt takes it
 * @typedef {import('@revoked/jose').RevocableTokens} RevocableTokens
 * @typedef {(requests: number) => number} Asked of how many keys Redis was asked for so many
 *   requests
 * @typedef {import('./tokens.mjs').Payload} Payload
 * @typedef {{ readonly kind: 'ours', readonly tokens: RevocableTokens, readonly asked?: Asked }}
 *   Ours
 * @typedef {{ readonly kind: 'by hand', readonly verify: (token: string) => Payload |
 *   Promise<Payload> }} ByHand rejects if the token is refused
 * @typedef {{ readonly kind: 'sessions', readonly store: RedisStore }} Sessions
 * @typedef {(setting: Setting) => Promise<Ours | ByHand | Sessions>} Variant
 */

/** The variants that know nothing of revocations. */
export const unrevocable = ['verification', 'again', 'fast-jwt', 'fast-jwt-cached']

/** Returns the key of the hand-made variant. @param {unknown} jti */
export const blacklistKey = (jti) => `blacklist:${jti}`

/** @type {Readonly<Record<string, Variant>>} */
export const variants = {
  async verification(setting) {
    return { kind: 'by hand', verify: verifierOf(setting) }
  },

  /** The same again, which shows the noise of the measurement. */
  async again(setting) {
    return { kind: 'by hand', verify: verifierOf(setting) }
  },

  async layered(setting) {
    const { store, revocation } = await createLayered(setting.url)
    const asked = (/** @type {number} */ requests) => keysAsked(store, requests * keysPerCheck)
    return { kind: 'ours', tokens: tokensOver(revocation, setting), asked }
  },

  /** With the cache of verified tokens, which has all of them after the warm-up. */
  async cached(setting) {
    const { revocation } = await createLayered(setting.url)
    return { kind: 'ours', tokens: tokensOver(revocation, setting, { cache: {} }) }
  },

  async redis(setting) {
    const store = redisStore(await connect(setting.url))
    return { kind: 'ours', tokens: tokensOver(createRevocation({ store, maxTokenLifetime: '24h' }), setting) }
  },

  /** The usual hand-written solution: one key, one command for each request. */
  async exists(setting) {
    const client = await connect(setting.url)
    const verify = verifierOf(setting)
    return {
      kind: 'by hand',
      async verify(token) {
        const payload = await verify(token)
        if ((await client.exists(blacklistKey(payload.jti))) === 1) throw new Error('It was revoked.')
        return payload
      },
    }
  },

  async 'fast-jwt'(setting) {
    return { kind: 'by hand', verify: fastVerifierOf(setting, false) }
  },

  /** With its cache of verified tokens, for more of them than there are. */
  async 'fast-jwt-cached'(setting) {
    return { kind: 'by hand', verify: fastVerifierOf(setting, 10_000) }
  },

  /** Opaque sessions: each request reads its session, and extends its life. */
  async sessions({ url }) {
    const client = createClient({ url })
    await client.connect()
    return { kind: 'sessions', store: new RedisStore({ client }) }
  },
}

/** @param {Setting} setting @returns {(token: string) => Promise<Payload>} */
function verifierOf({ algorithm, imported }) {
  const options = { algorithms: [algorithm], issuer, audience, requiredClaims: ['exp'] }
  return async (token) => {
    /** @type {import('jose').JWTVerifyResult<Payload>} */
    const { payload } = await jwtVerify(token, imported, options)
    return payload
  }
}

/**
 * With a key, it verifies without a promise.
 *
 * @param {Setting} setting
 * @param {boolean | number} cache
 * @returns {(token: string) => Payload}
 */
function fastVerifierOf({ algorithm, pem }, cache) {
  return createVerifier({
    key: pem,
    algorithms: [/** @type {import('fast-jwt').Algorithm} */ (algorithm)],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['exp'],
    cache,
  })
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
