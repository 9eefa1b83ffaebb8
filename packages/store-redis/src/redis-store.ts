import type { FollowableStore, Key, KeyedMark } from '@revoked/core'
import { createAgree } from './agree.ts'
import { portOf, type RedisClient } from './clients/recognise.ts'
import { followPartition } from './feed.ts'
import { createKeySpace, type Partition } from './key-space.ts'
import { createReader } from './reader.ts'
import { createWriter } from './writer.ts'

/** The options of {@link redisStore}. All instances must be given the same. */
export interface RedisStoreOptions {
  /** What every key begins with, within braces. Default `'revoked'`. */
  readonly prefix?: string
  /** Over how many slots of a Cluster the keys are spread. Default 1, which serves tens of thousands of revocations a second. */
  readonly partitions?: number
  /** Stores the SHA-256 of every id in place of the id: subjects are often e-mail addresses. Messages of the feed still hold them. Default `false`. */
  readonly hashIds?: boolean
}

/**
 * Keeps revocations in Redis or Valkey, shared by every instance. Reads and writes go to the primary, and share a command with all
 * others of the same turn of the event loop; a write is a compare-and-swap, so concurrent merges lose nothing. Every call
 * rejects where the server did not do what was asked.
 *
 * The client is yours: it is neither connected nor closed here. A follower's subscriber is a connection of its own.
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
 * @throws TypeError or RangeError for wrong options, and for a client that would read from replicas or rewrite keys.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): FollowableStore {
  const port = portOf(client)
  const keySpace = createKeySpace(readOptions(options))
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

function readOptions({
  prefix = 'revoked',
  partitions = 1,
  hashIds = false,
}: RedisStoreOptions): Required<RedisStoreOptions> {
  if (typeof prefix !== 'string' || !/^[\x21-\x7a|~]{1,64}$/.test(prefix)) {
    throw new TypeError('prefix must be 1 to 64 printable ASCII characters without braces and spaces.')
  }
  if (!Number.isSafeInteger(partitions) || partitions < 1 || partitions > 1_024) {
    throw new RangeError('partitions must be a whole number from 1 to 1,024.')
  }
  if (typeof hashIds !== 'boolean') throw new TypeError('hashIds must be true or false.')
  return { prefix, partitions, hashIds }
}
