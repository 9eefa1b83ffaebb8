import { eventually, type RedisServer } from '@revoked/testing'

/**
 * Waits until so many replicas have all that was acknowledged until now, and answers when now was.
 */
export async function replicated(primary: RedisServer, key: string, replicas: number): Promise<number> {
  const until = performance.now()
  // WAIT is about the writes of its own connection. Replication is in order, so whatever was
  // written before came first.
  const [, copies] = await primary.commands(['SET', key, ''], ['WAIT', replicas, 5_000])
  if (Number(copies) < replicas) throw new Error(`${copies} of ${replicas} replicas have it`)
  return until
}

/** Whether the server is up. */
export async function answers(server: RedisServer): Promise<boolean> {
  try {
    return (await server.command('PING')) === 'PONG'
  } catch {
    return false
  }
}

/** Waits until a server that was killed answers nobody any more. */
export async function isGone(server: RedisServer): Promise<void> {
  await eventually(async () => !(await answers(server)), `${server.port} is gone`)
}

/** Waits until this node is a replica of that one, with its data. */
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

/** `['master', …]` or `['slave', host, port, state, offset]`. */
export async function roleOf(node: RedisServer): Promise<readonly unknown[]> {
  const role = await node.command('ROLE')
  return Array.isArray(role) ? role : []
}

/**
 * How many have subscribed to the channel, the sharded one or the plain one, by the port of the
 * node. Those that are down have none.
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
