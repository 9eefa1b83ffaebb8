// @ts-check
// jwt-redis with the client that it needs, from an install of their own.
import { createRequire } from 'node:module'

/**
 * @typedef {object} NodeRedis4
 * @property {() => Promise<unknown>} connect
 * @property {() => Promise<unknown>} disconnect
 * @property {(key: string, value: string, options: { PXAT: number }) => Promise<unknown>} set
 *
 *
 * @typedef {object} JwtRedis
 * @property {NodeRedis4} client
 * @property {(claims: object) => Promise<unknown>} verify rejects for a token that has no label
 */

const require = createRequire(new URL('../../peers/jwt-redis/package.json', import.meta.url))

/**
 * Connects jwt-redis. Its `verify` takes claims in place of a token, because jsonwebtoken hands
 * them back at once: what is left is the look-up of the label, and the promises around it.
 *
 * @param {string} url
 * @returns {Promise<JwtRedis>}
 */
export async function connectJwtRedis(url) {
  const client = require('redis').createClient({ url })
  client.on('error', (/** @type {unknown} */ error) => {
    throw error
  })
  await client.connect()
  require('jsonwebtoken').verify = (
    /** @type {object} */ claims,
    /** @type {unknown} */ _key,
    /** @type {unknown} */ _options,
    /** @type {(error: null, claims: object) => void} */ callback,
  ) => callback(null, claims)
  const JwtRedis = require('jwt-redis').default
  const jwtRedis = new JwtRedis(client)
  return { client, verify: (claims) => jwtRedis.verify(claims, '') }
}
