import { decodeSettings, type SharedSettings } from '@revoked/core'
import { portOf, type RedisClient } from '../clients/detect-client.ts'
import { createKeySpace, type Partition } from '../marks/key-space.ts'
import { readStoreOptions } from '../store-options.ts'
import type { DiagnoseRedisOptions } from './diagnose-redis.ts'

/**
 * What the services over a store have agreed on, and the options that all of them have.
 *
 * @example
 * ```ts
 * import type { RedisSettings } from '@revoked/store-redis/diagnose'
 *
 * const optionsOf = ({ partitions, hashIds }: RedisSettings) => ({ partitions, hashIds })
 * ```
 */
export interface RedisSettings extends SharedSettings {
  /** The `partitions` of the store. */
  readonly partitions: number
  /** The `hashIds` of the store. */
  readonly hashIds: boolean
}

/**
 * Returns what the services over a store have agreed on, without a change to the store: for tools
 * that are given an address only. It returns `undefined` if no service has agreed on anything under
 * this prefix.
 *
 * @example
 * ```ts
 * import { redisStore } from '@revoked/store-redis'
 * import { readRedisSettings } from '@revoked/store-redis/diagnose'
 * import { Redis } from 'ioredis'
 *
 * async function openAsServicesDo(client: Redis) {
 *   const settings = await readRedisSettings(client)
 *   if (settings === undefined) throw new Error('No service has used this store yet.')
 *   return redisStore(client, { partitions: settings.partitions, hashIds: settings.hashIds })
 * }
 * ```
 *
 * @throws TypeError or RangeError (rejects) for wrong options, CorruptMarkError for settings that
 *   this version cannot read, and every failure of the server.
 */
export async function readRedisSettings(
  client: RedisClient,
  { prefix }: Pick<DiagnoseRedisOptions, 'prefix'> = {},
): Promise<RedisSettings | undefined> {
  const port = portOf(client)
  const keySpace = createKeySpace(readStoreOptions(prefix === undefined ? {} : { prefix }))
  const [{ settingsKey }] = keySpace.partitions as [Partition]
  const reply = await port.send(settingsKey, ['HMGET', settingsKey, 'agreed', 'partitions', 'hashIds'])
  const [agreed, partitions, hashIds] = Array.isArray(reply) ? reply : []
  if (typeof agreed !== 'string') return undefined
  return { ...decodeSettings(agreed), partitions: Number(partitions ?? 1), hashIds: hashIds === 'true' }
}
