import { idOf, slotCount, viewOf } from './cluster-view.ts'
import { eventually } from './eventually.ts'
import { busPort } from './free-port.ts'
import { isBefore7, type RedisBinary } from './redis-binary.ts'
import type { RedisServer } from './redis-server.ts'
import { awaitReplication, infoOf } from './replication.ts'

const formationMs = 20_000

/** Returns the arguments that make a server a node of a cluster. */
export function clusterArgs(binary: RedisBinary): readonly string[] {
  return [
    ...['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', '--cluster-node-timeout', '1000'],
    // Replicas stay with their first primary. Redis 6.2 has only the second option.
    ...(isBefore7(binary) ? [] : ['--cluster-allow-replica-migration', 'no']),
    ...['--cluster-migration-barrier', '100'],
    // By default, a primary waits five seconds for further replicas before it sends its data to the
    // first.
    ...['--repl-diskless-sync-delay', '0'],
  ]
}

/**
 * Forms a cluster of empty nodes, as `redis-cli --cluster create` does. Replica n follows primary
 * n.
 */
export async function formCluster(primaries: readonly RedisServer[], replicas: readonly RedisServer[]): Promise<void> {
  const nodes = [...primaries, ...replicas]
  await Promise.all(nodes.map((node, index) => node.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)))
  await Promise.all(
    primaries.map((node, index) => {
      const first = Math.floor((index * slotCount) / primaries.length)
      const last = Math.floor(((index + 1) * slotCount) / primaries.length) - 1
      // Redis 6.2 lacks ADDSLOTSRANGE.
      const slots = Array.from({ length: last - first + 1 }, (_, offset) => first + offset)
      return node.command('CLUSTER', 'ADDSLOTS', ...slots)
    }),
  )
  // Each node meets all others, because gossip would take seconds.
  await Promise.all(
    nodes.flatMap((node, index) =>
      nodes.slice(index + 1).map(({ host, port }) => node.command('CLUSTER', 'MEET', host, port, busPort(port))),
    ),
  )
  const ids = await Promise.all(nodes.map(idOf))
  // The ids are compared, because a node appears under a temporary one until the handshake ends.
  await onEach(nodes, 'knows every other', async (node) => {
    const known = (await viewOf(node)).map(({ id }) => id)
    return ids.every((id) => known.includes(id))
  })
  for (const [index, replica] of replicas.entries()) {
    await replica.command('CLUSTER', 'REPLICATE', ids[index % primaries.length] ?? '')
  }
  await onEach(nodes, 'sees the cluster whole', async (node) => {
    const info = await infoOf(node, 'CLUSTER', 'INFO')
    const knownPrimaries = (await viewOf(node)).filter(({ isPrimary }) => isPrimary)
    return (
      info.get('cluster_state') === 'ok' &&
      info.get('cluster_slots_ok') === String(slotCount) &&
      knownPrimaries.length === primaries.length
    )
  })
  await Promise.all(
    primaries.map((primary, index) => {
      const own = replicas.filter((_, position) => position % primaries.length === index)
      return awaitReplication(primary, own)
    }),
  )
}

async function onEach(
  nodes: readonly RedisServer[],
  what: string,
  condition: (node: RedisServer) => Promise<boolean>,
): Promise<void> {
  await Promise.all(nodes.map((node) => eventually(() => condition(node), `node ${node.port} ${what}`, formationMs)))
}
