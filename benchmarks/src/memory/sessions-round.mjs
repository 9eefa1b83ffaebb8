// @ts-check
// Measures the memory that sessions, raw tokens or labels take on a separate server.
import { createHash, randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { redisSessions } from '@revoked/store-redis'
import { RedisStore } from 'connect-redis'
import { batchesOf, createPayload } from '../measure/tokens.mjs'
import { withRedis } from '../redis/connection.mjs'
import { sessionOf } from '../sessions/session.mjs'

/** @typedef {import('../redis/connection.mjs').Connection} Connection */

const { values } = parseArgs({
  options: { variant: { type: 'string', default: 'session' }, each: { type: 'string', default: '1' } },
})
const each = Number(values.each)
const count = 60_000

/**
 * @type {Readonly<Record<string, (connection: Connection) => (sub: string) => Promise<unknown>>>}
 */
const variants = {
  session: ({ client }) => {
    const store = redisSessions(client)
    // An id of @revoked/sessions: 128 random bits, and 16 bytes that bind them to the subject.
    return (sub) => {
      const random = randomBytes(16).toString('base64url')
      const bound = createHash('sha256')
        .update(random + sub)
        .digest()
        .subarray(0, 16)
        .toString('base64url')
      return store.open(sessionOf({ sub, sid: `${random}.${bound}` }))
    }
  },
  token: ({ client }) => {
    const { call } = /** @type {import('ioredis').Redis} */ (client)
    const send = (/** @type {string[]} */ ...[command = '', ...args]) => call.call(client, command, ...args)
    return async (sub) => {
      const payload = { ...createPayload(), sub }
      const parts = [{ alg: 'HS256', typ: 'JWT' }, payload].map((part) => Buffer.from(JSON.stringify(part)))
      const token = [...parts, randomBytes(32)].map((part) => part.toString('base64url')).join('.')
      const key = `sessions:${sub}`
      await Promise.all([send('ZADD', key, String(payload.exp), token), send('EXPIREAT', key, String(payload.exp))])
    }
  },
  'connect-redis': ({ set }) => {
    // Its store calls `set(key, value, { expiration })` of a client, and tells clients by
    // `scanIterator`.
    const client = {
      scanIterator: () => undefined,
      set: (/** @type {string} */ key, /** @type {string} */ value) =>
        set({ key, value, expiresAt: Date.now() + 86_400_000 }),
    }
    const store = new RedisStore({ client })
    return (sub) => {
      const { passport, data } = { passport: { user: sub }, data: JSON.parse(sessionOf({ sub, sid: '' }).data ?? '{}') }
      const cookie = {
        originalMaxAge: 86_400_000,
        expires: new Date(Date.now() + 86_400_000),
        httpOnly: true,
        path: '/',
      }
      // express-session makes ids of 24 bytes.
      return store.set(randomBytes(24).toString('base64url'), { cookie, passport, ...data })
    }
  },
  label:
    ({ set }) =>
    () =>
      set({
        key: `jwt_label:${randomBytes(8).toString('base64url').slice(0, 10)}`,
        value: 'true',
        expiresAt: Date.now() + 900_000,
      }),
}

/** @param {import('@revoked/testing').RedisServer} server */
async function usedMemory(server) {
  return Number(/^used_memory:(\d+)/m.exec(String(await server.command('INFO', 'memory')))?.[1])
}

const result = await withRedis('ioredis', async (connection, server) => {
  const create = variants[values.variant]
  if (create === undefined) throw new RangeError(`variant must be one of ${Object.keys(variants).join(', ')}.`)
  const open = create(connection)
  // Loads the scripts and allocates the buffers of connections before the measurement.
  await Promise.all(Array.from({ length: 500 }, (_, index) => open(`warm-up-${index}`)))
  const before = await usedMemory(server)
  const subjects = Array.from(
    { length: count },
    (_, index) => `user-${String(Math.floor(index / each)).padStart(8, '0')}`,
  )
  for (const batch of batchesOf(subjects, 500)) await Promise.all(batch.map(open))
  return { bytesUsed: ((await usedMemory(server)) - before) / count }
})
console.log(JSON.stringify(result))
