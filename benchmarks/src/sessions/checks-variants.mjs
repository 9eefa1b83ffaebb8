// @ts-check
// What answers whether a token may pass, over a server on which the sessions of some are closed.
import { createRevocation } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { connectJwtRedis } from './jwt-redis.mjs'
import { sessionOf } from './session.mjs'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 *
 *
 * @typedef {object} Setup
 * @property {import('../redis/connection.mjs').Connection} connection
 * @property {string} url of the server
 * @property {readonly Payload[]} open the tokens that may pass
 * @property {readonly Payload[]} closed those that may not
 *
 *
 * @typedef {object} Variant
 * @property {(token: Payload) => Promise<boolean>} allows
 * @property {() => Promise<unknown>} [close]
 */

const lifetimeMs = 900_000

/** @param {Setup} setup */
async function openSessions({ connection, open }) {
  const sessions = redisSessions(connection.client)
  await Promise.all(open.map((token) => sessions.open(sessionOf(token))))
  return sessions
}

/** @type {Readonly<Record<string, (setup: Setup) => Promise<Variant>>>} */
export const variants = {
  async check(setup) {
    const sessions = await openSessions(setup)
    const store = redisStore(setup.connection.client)
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', allowlist: { sessions } })
    return { allows: async (token) => (await revocation.check(token)).allowed }
  },

  async layered(setup) {
    const sessions = await openSessions(setup)
    const store = layeredStore(redisStore(setup.connection.client))
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', allowlist: { sessions } })
    return { allows: async (token) => (await revocation.check(token)).allowed, close: () => store.close() }
  },

  async denylist({ connection, closed }) {
    const revocation = createRevocation({ store: redisStore(connection.client), maxTokenLifetime: '24h' })
    await revocation.revoke(closed.map(({ sid }) => ({ session: sid })))
    return { allows: async (token) => (await revocation.check(token)).allowed }
  },

  async find(setup) {
    const sessions = await openSessions(setup)
    return { allows: async ({ sub, sid }) => (await sessions.find([{ subject: sub, id: sid }]))[0] !== undefined }
  },

  async get({ connection: { get, setAll }, open }) {
    const expiresAt = Date.now() + lifetimeMs
    await setAll(open.map(({ jti }) => ({ key: `jwt_label:${jti}`, value: 'true', expiresAt })))
    return { allows: async ({ jti }) => Boolean(await get(`jwt_label:${jti}`)) }
  },

  async 'jwt-redis'({ url, open }) {
    const { client, verify } = await connectJwtRedis(url)
    const PXAT = Date.now() + lifetimeMs
    await Promise.all(open.map(({ jti }) => client.set(`jwt_label:${jti}`, 'true', { PXAT })))
    return {
      allows: (token) =>
        verify(token).then(
          () => true,
          () => false,
        ),
      close: () => client.disconnect(),
    }
  },
}
