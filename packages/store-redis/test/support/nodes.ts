import { eventually, type RedisServer } from '@revoked/testing'

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
 * Returns the number of subscribers to the sharded or plain channel, by the port of the node. Nodes
 * that are down have none.
 */
export async function subscribersOf(nodes: readonly RedisServer[], channel: string): Promise<Map<number, number>> {
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
