import type { Key, KeyedMark, ProbedStore } from '@revoked/core'
import { portOf, type RedisClient } from './clients/detect-client.ts'
import { followPartition } from './log/feed.ts'
import { createAgree } from './marks/agree.ts'
import { createKeySpace, type Partition } from './marks/key-space.ts'
import { createReader } from './marks/reader.ts'
import { createWriter } from './marks/writer.ts'
import { type RedisStoreOptions, readStoreOptions } from './store-options.ts'

/**
 * Returns a store that keeps revocations in Redis or Valkey, shared by every instance. Reads and
 * writes go to the primary. They share a command with all others of the same turn of the event
 * loop. A write is a compare-and-swap, so concurrent merges lose nothing. Every call rejects if the
 * server did not carry it out.
 *
 * The caller owns the client: the store neither connects nor closes it. A follower subscribes on a
 * separate connection.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { redisStore } from '@revoked/store-redis'
 * import { Redis } from 'ioredis'
 *
 * const client = new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1, socketTimeout: 5_000 })
 * const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
 * ```
 *
 * @throws TypeError or RangeError for wrong options, and for a client that would read from replicas
 *   or rewrite keys.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): ProbedStore {
  const port = portOf(client)
  const keySpace = createKeySpace(readStoreOptions(options))
  // All services of a store share its settings, in the first partition.
  const [first] = keySpace.partitions as [Partition]
  const logs = keySpace.partitions.map((partition) => ({
    partition,
    read: createReader(port, partition),
    writer: createWriter(port, partition),
  }))

  function logOf(key: Key): (typeof logs)[number] {
    return logs[keySpace.partitionOf(key)] as (typeof logs)[number]
  }

  async function findInAll(keys: readonly Key[]): Promise<KeyedMark[]> {
    const asked = logs.map((log) => ({ log, keys: keys.filter((key) => logOf(key) === log) }))
    const found = await Promise.all(asked.filter(({ keys }) => keys.length > 0).map(({ log, keys }) => log.read(keys)))
    return found.flat()
  }

  return {
    record: (marks) => Promise.all(marks.map((keyed) => logOf(keyed.key).writer.record(keyed))),
    find: (keys) => {
      const [only] = logs
      return keys.length === 0 ? [] : logs.length === 1 && only !== undefined ? only.read(keys) : findInAll(keys)
    },
    forget: async (keys) => {
      await Promise.all(keys.map((key) => logOf(key).writer.forget(key)))
    },
    agree: createAgree(port, first.settingsKey),
    logs: logs.length,
    logOf: keySpace.partitionOf,
    follow: (log, follower) => {
      const followed = logs[log]
      if (followed === undefined) throw new RangeError(`The store has ${logs.length} logs, from 0.`)
      return followPartition(port, followed.partition, follower)
    },
  }
}
