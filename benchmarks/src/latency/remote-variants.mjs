// @ts-check
// What asks the server in every check.
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import blacklist from 'express-jwt-blacklist'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { connect } from '../redis/connection.mjs'
import { connectJwtRedis } from '../sessions/jwt-redis.mjs'

/**
 * @typedef {import('./local-variants.mjs').Variant} Variant
 * @typedef {import('./local-variants.mjs').Setting} Setting
 * @typedef {import('./local-variants.mjs').Candidate} Candidate
 */

const lifetimeSeconds = 900

/** @type {Readonly<Record<string, Variant>>} */
export const remoteVariants = {
  'redis-ioredis': (setting) => checkOver('ioredis', setting),
  'redis-node-redis': (setting) => checkOver('node-redis', setting),
  'mget-ioredis': (setting) => mgetOver('ioredis', setting),
  'mget-autopipelined': (setting) => mgetOver('ioredis, autopipelining', setting),
  'mget-node-redis': (setting) => mgetOver('node-redis', setting),

  /** It knows one kind of id, here `jti`, and looks it up with HGETALL. */
  async blacklist({ url, revokedTokens }) {
    blacklist.configure({ store: { type: 'redis', client: new Redis(url) }, tokenId: 'jti', indexBy: 'iat' })
    const revoke = (/** @type {import('./local-variants.mjs').Setting['tokens'][number]} */ token) =>
      new Promise((resolve, reject) => {
        blacklist.revoke(token, lifetimeSeconds, (error) => (error ? reject(error) : resolve(undefined)))
      })
    await Promise.all(revokedTokens.map(revoke))
    return {
      look: (token) =>
        new Promise((resolve, reject) => {
          blacklist.isRevoked(undefined, token, (error, isRevoked) => (error ? reject(error) : resolve(isRevoked)))
        }),
    }
  },

  /**
   * A list of the tokens that are valid, each looked up with GET. Without the signature:
   * `connectJwtRedis` says how.
   */
  async 'jwt-redis'({ url, tokens, revokedTokens }) {
    const { client, verify } = await connectJwtRedis(url)
    const revoked = new Set(revokedTokens.map(({ jti }) => jti))
    const PXAT = Date.now() + 1_000 * lifetimeSeconds
    const valid = tokens.filter(({ jti }) => !revoked.has(jti))
    await Promise.all(valid.map(({ jti }) => client.set(`jwt_label:${jti}`, 'true', { PXAT })))
    return {
      look: (token) =>
        verify(token).then(
          () => false,
          (error) => {
            if (error.name !== 'TokenDestroyedError') throw error
            return true
          },
        ),
    }
  },

  /** No look-up: the delay of the network, and the cost of the client. The answers are known. */
  async 'ping-ioredis'({ url, revokedTokens }) {
    const client = new Redis(url)
    return { look: afterPing(() => client.ping(), revokedTokens) }
  },

  async 'ping-node-redis'({ url, revokedTokens }) {
    const client = createClient({ url })
    await client.connect()
    return { look: afterPing(() => client.ping(), revokedTokens) }
  },
}

/** @param {string} clientName @param {Setting} setting @returns {Promise<Candidate>} */
async function checkOver(clientName, { url, revokedTokens }) {
  const { client } = await connect(clientName, url)
  const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
  await revocation.revoke(revokedTokens.map((token) => ({ token })))
  return { look: (token) => revocation.isRevoked(token) }
}

/**
 * The usual hand-written solution: the same four keys, looked up by a command for each check.
 *
 * @param {string} clientName
 * @param {Setting} setting
 * @returns {Promise<Candidate>}
 */
async function mgetOver(clientName, { url, revokedTokens }) {
  const { mget, setAll } = await connect(clientName, url)
  const expiresAt = Date.now() + lifetimeSeconds * 1_000
  await setAll(revokedTokens.map(({ jti }) => ({ key: `{by-hand:0}:jti:${jti}`, value: '1', expiresAt })))
  return {
    async look({ jti, sid, sub }) {
      const values = await mget([
        `{by-hand:0}:jti:${jti}`,
        `{by-hand:0}:sid:${sid}`,
        `{by-hand:0}:sub:${sub}`,
        '{by-hand:0}:all:',
      ])
      return values.some((value) => value !== null)
    },
  }
}

/**
 * @param {() => Promise<unknown>} ping
 * @param {Setting['revokedTokens']} revokedTokens
 * @returns {import('./local-variants.mjs').Look}
 */
function afterPing(ping, revokedTokens) {
  const revoked = new Set(revokedTokens.map(({ jti }) => jti))
  return async ({ jti }) => (await ping()) === 'PONG' && revoked.has(jti)
}
