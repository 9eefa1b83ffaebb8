import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  eventually,
  type RedisCluster,
  type RedisSentinels,
  type RedisServer,
  startCluster,
  startRedis,
  startSentinel,
} from '@revoked/testing'
import type { Setup } from './setup.ts'
import type { Fault } from './trial.ts'

const longMs = 2_000

/** An address that can be moved from one server to another, as by a load balancer or a DNS name. */
interface Address {
  readonly port: number
  readonly moveTo: (port: number) => void
  readonly stop: () => void
}

/** Starts an address that leads to a server until it is moved to another one. */
export async function startAddress(firstPort: number): Promise<Address> {
  let target = firstPort
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.setNoDelay().on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    client.pipe(upstream).pipe(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    moveTo: (port) => {
      target = port
      cut()
    },
    stop: () => {
      server.close()
      cut()
    },
  }
}

async function replicates(replica: RedisServer, primary: RedisServer): Promise<void> {
  await eventually(
    async () => String(await primary.command('INFO', 'replication')).includes('state=online'),
    `${replica.port} replicates`,
    15_000,
  )
}

interface MovedSetup extends Setup {
  readonly promote: () => Promise<void>
  readonly moveSubscribers: () => void
}

async function startMoved(): Promise<MovedSetup> {
  const [old, next] = await Promise.all([startRedis({ args: ['--repl-diskless-sync-delay', '0'] }), startRedis()])
  await next.command('REPLICAOF', old.host, old.port)
  await replicates(next, old)
  const [commands, subscriptions] = await Promise.all([startAddress(old.port), startAddress(old.port)])
  const prefix = randomUUID()
  const site = { kind: 'standalone', port: commands.port, subscriberPort: subscriptions.port, prefix } as const
  return {
    tag: `{${prefix}:0}`,
    readerSites: [site, { ...site, library: 'node-redis' }],
    writerSite: site,
    promote: async () => {
      await next.command('REPLICAOF', 'NO', 'ONE')
      await sleep(50)
      commands.moveTo(next.port)
    },
    moveSubscribers: () => subscriptions.moveTo(next.port),
    stop: async () => {
      commands.stop()
      subscriptions.stop()
      await Promise.all([old.stop(), next.stop()])
    },
  }
}

/**
 * A fault in which subscribers stay on the old primary. The last writes to it are lost, so they are
 * judged until then.
 */
export const oldPrimary: Fault<MovedSetup> = {
  name: 'data on the new primary, subscriber on the old',
  start: startMoved,
  durationMs: 2_500,
  inflict: async ({ promote, moveSubscribers }, { losing }) => {
    await losing()
    // Writes that the old primary takes meanwhile are lost.
    await promote()
    await sleep(longMs)
    moveSubscribers()
  },
  forgets: 'surely',
}

type SentinelSetup = Setup & { readonly sentinels: RedisSentinels }

async function startSentinelSetup(): Promise<SentinelSetup> {
  const sentinels = await startSentinel()
  const prefix = randomUUID()
  const port = sentinels.sentinels[0]?.port ?? 0
  const site = { kind: 'sentinel', name: sentinels.name, port, prefix } as const
  return {
    sentinels,
    tag: `{${prefix}:0}`,
    readerSites: [site, site],
    writerSite: site,
    stop: () => sentinels.stop(),
  }
}

const sentinelFault: Fault<SentinelSetup> = {
  name: 'Sentinel failover, primary killed',
  start: startSentinelSetup,
  inflict: async ({ sentinels }, { losing }) => {
    await losing()
    await sentinels.failover('kill')
  },
  forgets: 'perhaps',
}

const lostTail: Fault<SentinelSetup> = {
  name: 'Sentinel failover that loses the tail of the log',
  start: startSentinelSetup,
  inflict: async ({ sentinels }, { losing }) => {
    await losing()
    const primary = await sentinels.primary()
    // The replicas are cut off, and are refused when they connect again.
    await primary.command('ACL', 'SETUSER', 'default', '-sync', '-psync')
    await primary.command('CLIENT', 'KILL', 'TYPE', 'replica')
    await sleep(500)
    await sentinels.failover('kill')
  },
  forgets: 'surely',
}

interface ClusterSetup extends Setup {
  readonly cluster: RedisCluster
  readonly slot: number
}

async function startClusterSetup(): Promise<ClusterSetup> {
  const cluster = await startCluster()
  const prefix = randomUUID()
  const slot = Number(await cluster.nodes[0]?.command('CLUSTER', 'KEYSLOT', `{${prefix}:0}`))
  const owner = await cluster.primaryOfSlot(slot)
  const port = cluster.primaries.find((primary) => primary !== owner)?.port ?? 0
  const site = { kind: 'cluster', port, prefix } as const
  return {
    cluster,
    slot,
    tag: `{${prefix}:0}`,
    readerSites: [site, site],
    writerSite: site,
    stop: () => cluster.stop(),
  }
}

const clusterFault: Fault<ClusterSetup> = {
  name: "Cluster failover, the slot's owner killed",
  start: startClusterSetup,
  inflict: async ({ cluster, slot }, { losing }) => {
    await losing()
    const owner = await cluster.primaryOfSlot(slot)
    owner.kill('SIGKILL')
    const takesOver = async (): Promise<boolean> => (await cluster.primaryOfSlot(slot)) !== owner
    await eventually(takesOver, 'the replica takes over', 15_000)
  },
  forgets: 'perhaps',
}

const migrationFault: Fault<ClusterSetup> = {
  name: 'slot migration',
  start: startClusterSetup,
  inflict: async ({ cluster, slot }) => {
    const owner = await cluster.primaryOfSlot(slot)
    const other = cluster.primaries.find((primary) => primary !== owner)
    if (other !== undefined) await cluster.migrateSlot(slot, other, () => sleep(500))
  },
}

/** A fault that needs several servers, and a function that runs it. */
interface TopologyFault {
  readonly name: string
  readonly tried: <T>(go: <Place extends Setup>(fault: Fault<Place>) => Promise<T>) => Promise<T>
}

function topologyFault<Place extends Setup>(fault: Fault<Place>): TopologyFault {
  return { name: fault.name, tried: (go) => go(fault) }
}

/** Faults that need several servers, for the mirror. */
export const mirrorTopologyFaults: readonly TopologyFault[] = [topologyFault(lostTail), topologyFault(clusterFault)]

/** Faults that need several servers. */
export const topologyFaults: readonly TopologyFault[] = [
  topologyFault(sentinelFault),
  ...mirrorTopologyFaults,
  topologyFault(migrationFault),
]
