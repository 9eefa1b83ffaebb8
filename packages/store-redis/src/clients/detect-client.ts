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
 * A client of ioredis 5 or 6 (`Redis`, Sentinel included, or `Cluster`) or of node-redis 5 or 6
 * (client, cluster or sentinel). The store recognises it by its shape, so it imports neither
 * package.
 */
export type RedisClient = IoredisClient | IoredisCluster | NodeRedisClient | NodeRedisCluster | NodeRedisSentinel

/**
 * Returns the port over the client. Its errors contain no ids and no hosts.
 *
 * @throws TypeError for anything else.
 */
export function portOf(client: RedisClient): RedisPort {
  const port = rawPortOf(client)
  const redacting =
    <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      try {
        return await call(...args)
      } catch (error) {
        throw redacted(error)
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
    if ('call' in client) return 'nodes' in client ? ioredisClusterPort(client) : ioredisPort(client)
    if ('getSlotMaster' in client) return nodeRedisClusterPort(client)
    if ('_execute' in client && 'getMasterNode' in client) return nodeRedisSentinelPort(client)
    if ('sendCommand' in client) return nodeRedisPort(client)
  }
  throw new TypeError('client must be an ioredis Redis or Cluster, or a node-redis client, cluster or sentinel.')
}
