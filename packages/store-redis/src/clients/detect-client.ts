import { observeErrors } from './client-failures.ts'
import { modeOf, subscribedError } from './client-mode.ts'
import { type IoredisClient, type IoredisCluster, ioredisClusterPort, ioredisPort } from './ioredis.ts'
import {
  type NodeRedisClient,
  type NodeRedisCluster,
  type NodeRedisSentinel,
  nodeRedisClusterPort,
  nodeRedisPort,
  nodeRedisSentinelPort,
} from './node-redis.ts'
import type { RedisPort } from './port.ts'
import { redacted } from './redis-error.ts'

/**
 * A client of ioredis 5 or 6 (`Redis`, Sentinel included, or `Cluster`), of iovalkey, which is a
 * fork of it, or of node-redis 5 or 6 (client, cluster or sentinel). The store recognises it by its
 * shape, so it imports no package.
 *
 * @example
 * ```ts
 * import { type RedisClient, redisStore } from '@revoked/store-redis'
 * import { Redis } from 'ioredis'
 *
 * const client: RedisClient = new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1 })
 * const store = redisStore(client)
 * ```
 */
export type RedisClient = IoredisClient | IoredisCluster | NodeRedisClient | NodeRedisCluster | NodeRedisSentinel

/**
 * Returns the port over the client. Its errors contain no ids and no hosts.
 *
 * @throws TypeError for anything else, and for a client that cannot work: a pool, a client of
 *   node-redis 4, one that is in subscriber or monitor mode, and one that waits for a blocking
 *   command.
 */
export function portOf(client: RedisClient): RedisPort {
  const port = rawPortOf(client)
  const lastError = observeErrors(client)
  const redacting =
    <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      try {
        return await call(...args)
      } catch (error) {
        throw subscribedError(error) ?? redacted(error, lastError())
      }
    }
  const ownerOf = redacting(port.ownerOf)
  return {
    ...port,
    send: redacting(port.send),
    sendToOwner: redacting(port.sendToOwner),
    ownerOf: async (key) => {
      const owner = await ownerOf(key)
      return {
        name: owner.name,
        openSubscriber: ({ message, lost }) => {
          const subscriber = owner.openSubscriber({ message, lost: (cause) => lost(redacted(cause)) })
          return { ...subscriber, subscribe: redacting(subscriber.subscribe) }
        },
      }
    },
  }
}

function rawPortOf(client: RedisClient): RedisPort {
  if (typeof client === 'object' && client !== null) {
    refuseUnusable(client)
    if ('call' in client && 'nodes' in client) return ioredisClusterPort(client)
    // A pipeline has commands, but no duplicates.
    if ('call' in client && 'duplicate' in client) return ioredisPort(client)
    if ('getSlotMaster' in client) return nodeRedisClusterPort(client)
    if ('_execute' in client && 'getMasterNode' in client) return nodeRedisSentinelPort(client)
    if ('sendCommand' in client && 'duplicate' in client) return nodeRedisPort(client)
  }
  throw new TypeError('client must be an ioredis Redis or Cluster, or a node-redis client, cluster or sentinel.')
}

/** Refuses clients that look like those that work, and never could. */
function refuseUnusable(client: object): void {
  if ('sendCommand' in client && 'totalClients' in client)
    throw new TypeError(
      'The client must not be a pool: a pool cannot subscribe to changes. Give the store the result of createClient.',
    )
  if (!('call' in client) && 'sendCommand' in client && 'duplicate' in client && !('destroy' in client))
    throw new TypeError('The client is of node-redis 4 or earlier, which is not supported: install redis 5 or later.')
  const mode = modeOf(client)
  if (mode !== undefined) throw new TypeError(mode.message)
}
