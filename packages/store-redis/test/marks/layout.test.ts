import { randomUUID } from 'node:crypto'
import { createRevocation, type Revocation, type SharedSettings } from '@revoked/core'
import { type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RedisStoreOptions, redisStore } from '../../src/index.ts'

let server: RedisServer
let client: Redis
let prefix: string
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port })
})
beforeEach(() => {
  prefix = randomUUID()
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

const settings: SharedSettings = { maxTokenLifetime: 60_000, clockTolerance: 1_000, claims: [] }

function revocationWith(options: RedisStoreOptions): Revocation {
  return createRevocation({ store: redisStore(client, { prefix, ...options }), maxTokenLifetime: '1h' })
}

function tokenOf(jti: string): { readonly jti: string; readonly iat: number; readonly exp: number } {
  const iat = Math.floor(Date.now() / 1_000)
  return { jti, iat, exp: iat + 600 }
}

const conflictOver = (option: string): object => ({
  code: 'ERR_SETTINGS_CONFLICT',
  message: expect.stringMatching(
    new RegExp(`^The option ${option} of redisStore is .* Give all of them the same ${option}\\.`),
  ),
})

describe('services over one prefix', () => {
  test.for([
    ['partitions', {}, { partitions: 4 }],
    ['partitions', { partitions: 4 }, { partitions: 16 }],
    ['hashIds', {}, { hashIds: true }],
    ['hashIds', { hashIds: true }, {}],
  ] as const)('with other %s than the first are refused, with the name of the option', async ([option, one, other]) => {
    const token = tokenOf(randomUUID())
    await revocationWith(one).revoke({ token })
    const service = revocationWith(other)
    expect(await service.check(tokenOf('untouched'))).toMatchObject({
      status: 'unavailable',
      allowed: false,
      error: { cause: conflictOver(option) },
    })
    await expect(service.ready()).rejects.toMatchObject(conflictOver(option))
    await expect(service.revoke({ token })).rejects.toMatchObject(conflictOver(option))
    expect(await revocationWith(one).check(token)).toMatchObject({ status: 'revoked' })
  })

  test('with the same options are not, whatever the length of their logs', async () => {
    const options = { partitions: 4, hashIds: true }
    await redisStore(client, { prefix, ...options }).agree(settings)
    await redisStore(client, { prefix, ...options, logLength: 50_000 }).agree(settings)
  })

  test('in another format are refused', async () => {
    await redisStore(client, { prefix }).agree(settings)
    await client.hset(`{${prefix}:0}:settings`, 'format', '2')
    const conflict = {
      code: 'ERR_SETTINGS_CONFLICT',
      message: expect.stringMatching(/^Another version .* Give all services that share the store the same version\.$/),
    }
    await expect(redisStore(client, { prefix }).agree(settings)).rejects.toMatchObject(conflict)
    const service = revocationWith({})
    expect(await service.check(tokenOf('a'))).toMatchObject({ status: 'unavailable', error: { cause: conflict } })
    await expect(service.revoke({ token: tokenOf('a') })).rejects.toMatchObject(conflict)
  })

  test('of which two with other options begin at once: exactly one is refused', async () => {
    const outcomes = await Promise.allSettled([1, 2].map((partitions) => revocationWith({ partitions }).ready()))
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('keep their layout beside settings that have none yet', async () => {
    const hash = `{${prefix}:0}:settings`
    await redisStore(client, { prefix }).agree(settings)
    await client.hdel(hash, 'partitions', 'hashIds', 'format')
    await redisStore(client, { prefix, partitions: 2 }).agree(settings)
    expect(await client.hget(hash, 'partitions')).toBe('2')
    await expect(redisStore(client, { prefix }).agree(settings)).rejects.toMatchObject(conflictOver('partitions'))
  })

  test('that find what is no layout do not show it', async () => {
    await redisStore(client, { prefix }).agree(settings)
    await client.hset(`{${prefix}:0}:settings`, 'hashIds', 'S3CRET')
    const refused = redisStore(client, { prefix }).agree(settings)
    await expect(refused).rejects.toMatchObject(conflictOver('hashIds'))
    await expect(refused).rejects.not.toThrow(/S3CRET/)
  })
})
