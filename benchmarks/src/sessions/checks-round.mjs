// @ts-check
// One variant over one client with a number of checks in flight, in a separate process
// and over a separate server.
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { createRevocation } from '@revoked/core'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { createPayload, revokedCount, tokenCount } from '../measure/tokens.mjs'
import { withRedis } from '../redis/connection.mjs'
import { sessionOf } from './session.mjs'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {import('../redis/connection.mjs').Connection} Connection
 * @typedef {(token: Payload) => Promise<boolean>} Allows
 * @typedef {(connection: Connection, tokens: readonly Payload[]) => Promise<Allows>} Variant
 */

const { values } = parseArgs({
  options: {
    client: { type: 'string', default: 'ioredis' },
    variant: { type: 'string', default: 'check' },
    concurrency: { type: 'string', default: '64' },
    time: { type: 'string', default: '1000' },
  },
})

/** @param {number} place */
const isOpen = (place) => place % (tokenCount / revokedCount) !== 0

/**
 * @type {Readonly<Record<string, (connection: Connection, tokens: readonly Payload[]) =>
 *   Promise<Allows>>>}
 */
const variants = {
  async check({ client }, tokens) {
    const sessions = redisSessions(client)
    await Promise.all(tokens.filter((_, place) => isOpen(place)).map((token) => sessions.open(sessionOf(token))))
    const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h', allowlist: { sessions } })
    return async (token) => (await revocation.check(token)).allowed
  },

  async denylist({ client }, tokens) {
    const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
    await revocation.revoke(tokens.filter((_, place) => !isOpen(place)).map(({ sid }) => ({ session: sid })))
    return async (token) => (await revocation.check(token)).allowed
  },

  async find({ client }, tokens) {
    const sessions = redisSessions(client)
    await Promise.all(tokens.filter((_, place) => isOpen(place)).map((token) => sessions.open(sessionOf(token))))
    return async ({ sub, sid }) => (await sessions.find([{ subject: sub, id: sid }]))[0] !== undefined
  },

  async label({ get, setAll }, tokens) {
    const expiresAt = Date.now() + 900_000
    const open = tokens.filter((_, place) => isOpen(place))
    await setAll(open.map(({ jti }) => ({ key: `jwt_label:${jti}`, value: 'true', expiresAt })))
    return async ({ jti }) => Boolean(await get(`jwt_label:${jti}`))
  },
}

/**
 * Keeps this many checks in flight until the time is over and every token was checked. Resolves
 * with the checks per second.
 *
 * @param {Allows} allows
 * @param {readonly Payload[]} tokens
 * @param {number} ms
 */
async function checkFor(allows, tokens, ms) {
  let next = 0
  const endsAt = performance.now() + ms

  async function work() {
    while (next < tokenCount || performance.now() < endsAt) {
      const place = next++ % tokenCount
      if ((await allows(/** @type {Payload} */ (tokens[place]))) === isOpen(place)) continue
      throw new Error(`Of token ${place} the wrong answer was given.`)
    }
  }

  const startedAt = performance.now()
  await Promise.all(Array.from({ length: Number(values.concurrency) }, work))
  return (next * 1_000) / (performance.now() - startedAt)
}

const result = await withRedis(values.client, async (connection) => {
  const tokens = Array.from({ length: tokenCount }, createPayload)
  const create = variants[values.variant]
  if (create === undefined) throw new RangeError(`variant must be one of ${Object.keys(variants).join(', ')}.`)
  const allows = await create(connection, tokens)
  const ms = Number(values.time)
  await checkFor(allows, tokens, ms / 2)
  return { perSecond: await checkFor(allows, tokens, ms) }
})
console.log(JSON.stringify(result))
