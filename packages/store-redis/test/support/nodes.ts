import { eventually, type RedisServer } from '@revoked/testing'
import { Redis } from 'ioredis'
import { redisStore } from '../../src/index.ts'
import { createKeySpace } from '../../src/marks/key-space.ts'
import { readStoreOptions } from '../../src/store-options.ts'

/**
 * Waits until this number of replicas has all acknowledged writes. Returns the time of the last of
 * them.
 */
export async function replicated(primary: RedisServer, key: string, replicas: number): Promise<number> {
  const until = performance.now()
  // WAIT concerns the writes of its connection. Replication keeps the order, so earlier writes of
  // other connections are included.
  const [, copies] = await primary.commands(['SET', key, ''], ['WAIT', replicas, 5_000])
  if (Number(copies) < replicas) throw new Error(`${copies} of ${replicas} replicas have it`)
  return until
}

/** Returns true if the server answers. */
export async function answers(server: RedisServer): Promise<boolean> {
  try {
    return (await server.command('PING')) === 'PONG'
  } catch {
    return false
  }
}

/** Waits until a killed server no longer answers. */
export async function isGone(server: RedisServer): Promise<void> {
  await eventually(async () => !(await answers(server)), `${server.port} is gone`)
}

/** Waits until the replica follows the primary and has its data. */
export async function follows(replica: RedisServer, primary: RedisServer): Promise<void> {
  await eventually(
    async () => {
      const [role, , port, state] = await roleOf(replica)
      return role === 'slave' && port === primary.port && state === 'connected'
    },
    `${replica.port} follows ${primary.port}`,
    20_000,
  )
}

/** Returns the role: `['master', …]` or `['slave', host, port, state, offset]`. */
export async function roleOf(node: RedisServer): Promise<readonly unknown[]> {
  const role = await node.command('ROLE')
  return Array.isArray(role) ? role : []
}

/**
 * Returns what a client of each node that is up gets if it reads the log there: `read`, or the word
 * with which the node refuses.
 */
export async function readsOn(nodes: readonly RedisServer[], prefix: string): Promise<Map<number, string>> {
  const reads = await Promise.all(nodes.map(async (node) => [node.port, await readOn(node, prefix)] as const))
  return new Map(reads.filter((read): read is readonly [number, string] => read[1] !== undefined))
}

async function readOn(node: RedisServer, prefix: string): Promise<string | undefined> {
  if (!(await answers(node))) return undefined
  const client = new Redis({ port: node.port, lazyConnect: true })
  try {
    await client.connect()
    await redisStore(client, { prefix }).read(0)
    return 'read'
  } catch (error) {
    return String((error as { readonly reply?: unknown }).reply)
  } finally {
    client.disconnect()
  }
}

/**
 * Returns the number of subscribers to the sharded or plain channel of a log, by the port of the
 * node. Nodes that are down have none.
 */
export async function subscribersOf(nodes: readonly RedisServer[], prefix: string): Promise<Map<number, number>> {
  const channel = createKeySpace(readStoreOptions({ prefix })).partitions[0]?.channelOf(0) ?? ''
  const counts = await Promise.all(
    nodes.map(async (node) => {
      const replies = await node
        .commands(['PUBSUB', 'SHARDNUMSUB', channel], ['PUBSUB', 'NUMSUB', channel])
        .catch(() => [])
      const count = replies.reduce<number>((sum, reply) => sum + (Array.isArray(reply) ? Number(reply[1]) : 0), 0)
      return [node.port, count] as const
    }),
  )
  return new Map(counts.filter(([, count]) => count > 0))
}
