import { agreeOnOwner, ownerOf, viewOf } from './cluster-view.ts'
import { eventually } from './eventually.ts'
import { clusterArgs, formCluster } from './form-cluster.ts'
import { moveSlot } from './migrate-slot.ts'
import { type RedisBinary, redisBinary } from './redis-binary.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

/** A cluster of three primaries with a replica each. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[]
  /**
   * The roles at the start: primary n owns the nth third of the slots, and replica n follows it.
   */
  readonly primaries: readonly RedisServer[]
  readonly replicas: readonly RedisServer[]
  /** Returns the current owner of the slot. */
  readonly primaryOfSlot: (slot: number) => Promise<RedisServer>
  /**
   * Promotes this replica, or one of the slot's owner. Returns the new primary once every running
   * node agrees.
   */
  readonly failover: (replicaOrSlot: RedisServer | number) => Promise<RedisServer>
  /**
   * Moves a slot with its keys. `midway` runs after the keys and before the slot have moved, while
   * the old owner answers ASK.
   */
  readonly migrateSlot: (slot: number, to: RedisServer, midway?: () => Promise<void>) => Promise<void>
  readonly stop: () => Promise<void>
}

const shards = 3

export async function startCluster(
  options: { readonly args?: readonly string[]; readonly binary?: RedisBinary | undefined } = {},
): Promise<RedisCluster> {
  const binary = options.binary ?? (await redisBinary())
  const args = [...clusterArgs(binary), ...(options.args ?? [])]
  const starts = await Promise.allSettled(Array.from({ length: 2 * shards }, () => startRedis({ args, binary })))
  const nodes = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    for (const start of starts) if (start.status === 'rejected') throw start.reason
    const primaries = nodes.slice(0, shards)
    const replicas = nodes.slice(shards)
    await formCluster(primaries, replicas)
    return {
      nodes,
      primaries,
      replicas,
      primaryOfSlot: (slot) => primaryOfSlot(nodes, slot),
      failover: (replicaOrSlot) => failover(nodes, replicaOrSlot),
      migrateSlot: async (slot, to, midway) => {
        const from = await primaryOfSlot(nodes, slot)
        if (from === to) return
        const reachable = await answering(nodes)
        await moveSlot({ slot, from, to, primaries: await primariesAmong(reachable), midway })
        await agreeOnOwner(reachable, slot, to)
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function primaryOfSlot(nodes: readonly RedisServer[], slot: number): Promise<RedisServer> {
  const [node] = await answering(nodes)
  const port = node && (await ownerOf(slot, node))
  const owner = nodes.find((node) => node.port === port)
  if (owner === undefined) throw new Error(`no node owns slot ${slot}`)
  return owner
}

async function failover(nodes: readonly RedisServer[], replicaOrSlot: RedisServer | number): Promise<RedisServer> {
  const replica = typeof replicaOrSlot === 'number' ? await replicaOfSlot(nodes, replicaOrSlot) : replicaOrSlot
  const [, , primaryPort] = await roleOf(replica)
  const oldPrimary = nodes.find(({ port }) => port === primaryPort)
  const view = await viewOf(replica)
  const slot = view.find(({ port }) => port === primaryPort)?.slots[0]?.[0]
  if (oldPrimary === undefined || slot === undefined) throw new Error(`${replica.port} is no replica of a slot's owner`)
  const reachable = await answering(nodes)
  const force = reachable.includes(oldPrimary) ? [] : ['FORCE']
  await Promise.all(reachable.map((node) => knowsAsReplica(node, replica)))
  await replica.command('CLUSTER', 'FAILOVER', ...force)
  await agreeOnOwner(reachable, slot, replica)
  // The old primary has no readable data until it follows the new one.
  if (force.length === 0) {
    await eventually(
      async () => (await roleOf(oldPrimary))[3] === 'connected',
      `the old primary ${oldPrimary.port} follows ${replica.port}`,
      10_000,
    )
  }
  return replica
}

/**
 * Waits until the node knows the replica as such. Shortly after another one, a node may still take
 * the replica for a primary. A primary then ignores the request, and others refuse their vote,
 * which costs four seconds or the failover.
 */
async function knowsAsReplica(node: RedisServer, replica: RedisServer): Promise<void> {
  await eventually(
    async () => (await viewOf(node)).some(({ port, isPrimary }) => port === replica.port && !isPrimary),
    `${node.port} knows ${replica.port} as a replica`,
  )
}

async function primariesAmong(nodes: readonly RedisServer[]): Promise<RedisServer[]> {
  const roles = await Promise.all(nodes.map(roleOf))
  return nodes.filter((_, index) => roles[index]?.[0] === 'master')
}

async function replicaOfSlot(nodes: readonly RedisServer[], slot: number): Promise<RedisServer> {
  const { port: primaryPort } = await primaryOfSlot(nodes, slot)
  for (const node of await answering(nodes)) {
    const [role, , port] = await roleOf(node)
    if (role === 'slave' && port === primaryPort) return node
  }
  throw new Error(`no replica follows the owner of slot ${slot}`)
}

/** Returns the role: `['master', …]` or `['slave', host, port, state, offset]`. */
async function roleOf(node: RedisServer): Promise<readonly unknown[]> {
  const role = await node.command('ROLE')
  return Array.isArray(role) ? role : []
}

async function answering(nodes: readonly RedisServer[]): Promise<RedisServer[]> {
  const answers = await Promise.allSettled(nodes.map((node) => node.command('PING')))
  return nodes.filter((_, index) => answers[index]?.status === 'fulfilled')
}
