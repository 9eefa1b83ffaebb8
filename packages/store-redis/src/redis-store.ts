import { type Key, type KeyedMark, type RestorableStore, reservedScopes } from '@revoked/core'
import { portOf, type RedisClient } from './clients/detect-client.ts'
import { watched } from './clients/watchdog.ts'
import { createLogReader } from './log/log-reader.ts'
import { subscribeToLog } from './log/log-subscription.ts'
import { scanMarks } from './log/scan-log.ts'
import { createSharedSubscribers } from './log/shared-subscribers.ts'
import { createAgree } from './marks/agree.ts'
import { createKeySpace, type Partition } from './marks/key-space.ts'
import { layoutOf } from './marks/layout.ts'
import { createReader } from './marks/reader.ts'
import { assertStoredName } from './marks/stored-name.ts'
import { createWriter } from './marks/writer.ts'
import { type RedisStoreOptions, readStoreOptions } from './store-options.ts'

/**
 * Returns a store that keeps revocations in Redis or Valkey, shared by every instance. Reads and
 * writes go to the primary. They share a command with all others of the same turn of the event
 * loop. A write is a compare-and-swap, so concurrent merges lose nothing. Every call rejects if the
 * server did not carry it out.
 *
 * The caller owns the client: the store neither connects nor closes it. It only drops a connection
 * that is half-open: one that has answered no command of the store for about 2 s, although some
 * wait. The client then connects again by its own settings. A follower subscribes on a separate
 * connection.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { redisStore } from '@revoked/store-redis'
 * import { Redis } from 'ioredis'
 *
 * const client = new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1 })
 * const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
 * ```
 *
 * @throws TypeError or RangeError for wrong options, and for a client that would read from replicas
 *   or rewrite keys.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): RestorableStore {
  const port = watched(portOf(client))
  const { logLength, ...layout } = readStoreOptions(options)
  const keySpace = createKeySpace(layout)
  const join = createSharedSubscribers(port)
  // All services of a store share its settings, in the first partition.
  const [first] = keySpace.partitions as [Partition]
  const logs = keySpace.partitions.map((partition) => ({
    port,
    partition,
    join,
    find: createReader(port, partition),
    writer: createWriter({ port, partition, logLength }),
    restorer: createWriter({ port, partition: { ...partition, markKey: partition.storedMarkKey }, logLength }),
    reader: createLogReader(port, partition),
  }))
  const agree = createAgree({ port, settingsKey: first.settingsKey, layout: layoutOf(layout) })
  let scopes: ReadonlySet<string> | undefined

  /** @throws RangeError for a log that does not exist. */
  function logAt(log: number): (typeof logs)[number] {
    const found = logs[log]
    if (found === undefined) throw new RangeError(`The store has ${logs.length} logs, from 0.`)
    return found
  }

  function logOf(key: Key): (typeof logs)[number] {
    return logs[keySpace.partitionOf(key)] as (typeof logs)[number]
  }

  async function findInAll(keys: readonly Key[]): Promise<KeyedMark[]> {
    const asked = logs.map((log) => ({ log, keys: keys.filter((key) => logOf(key) === log) }))
    const found = await Promise.all(asked.filter(({ keys }) => keys.length > 0).map(({ log, keys }) => log.find(keys)))
    return found.flat()
  }

  return {
    record: (marks) => Promise.all(marks.map((keyed) => logOf(keyed.key).writer.record(keyed))),
    find: (keys) => {
      const [only] = logs
      return keys.length === 0 ? [] : logs.length === 1 && only !== undefined ? only.find(keys) : findInAll(keys)
    },
    forget: async (keys) => {
      await Promise.all(keys.map((key) => logOf(key).writer.forget(key)))
    },
    agree: async (settings) => {
      const agreed = await agree(settings)
      scopes = new Set([...reservedScopes, ...agreed.claims])
      return agreed
    },
    logs: logs.length,
    logOf: keySpace.partitionOf,
    logKey: keySpace.storedKey,
    read: async (log, after) => await logAt(log).reader.read(after),
    subscribe: (log, listener) => subscribeToLog({ ...logAt(log), scopes: () => scopes }, listener),
    scan: async function* (log) {
      yield* scanMarks(port, logAt(log).partition)
    },
    restore: async (log, marks) => {
      const { restorer } = logAt(log)
      for (const { key } of marks) assertStoredName(key, layout.hashIds)
      return await Promise.all(marks.map(restorer.record))
    },
  }
}
