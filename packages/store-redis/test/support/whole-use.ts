import { type EventEmitter, once } from 'node:events'
import { type KeyedMark, withDeadline } from '@revoked/core'
import { eventually, type RedisCluster } from '@revoked/testing'
import { slotOf } from '../../src/clients/slots.ts'
import { redisStore } from '../../src/index.ts'
import type { ConnectedClient } from './connected-clients.ts'
import type { Place, User } from './restricted-users.ts'

/** The limit of connecting, and of all that follows, in ms. What is denied may wait for nothing. */
const maxMs = 2_500

/** Uses everything of the store once, as a user. Rejects if anything fails, or has no effect. */
export async function useAll(place: Place, user: User, prefix: string): Promise<void> {
  // Otherwise earlier uses would have loaded the scripts.
  for (const node of place.nodes) await node.command('SCRIPT', 'FLUSH')
  const connecting = place.connect(place.nodes[0]?.port ?? 0, user)
  try {
    const connected = await withDeadline(connecting, maxMs)
    await withDeadline(use(connected, prefix), maxMs)
  } finally {
    connecting.then(
      ({ disconnect }) => disconnect(),
      () => undefined,
    )
  }
}

async function use({ client }: ConnectedClient, prefix: string): Promise<void> {
  const errors: unknown[] = []
  if ('on' in client) client.on('error', (error) => errors.push(error))
  const store = redisStore(client, { prefix })
  const keyed: KeyedMark = { key: { scope: 'jti', value: 'a' }, mark: { cutoff: Infinity, expiresAt: inAMinute() } }
  await store.agree({ maxTokenLifetime: 1_000, clockTolerance: 1_000, claims: ['sub'] })
  const heard: unknown[] = []
  const subscription = store.subscribe(0, { wake: () => undefined, entries: (entries) => heard.push(...entries) })
  try {
    await eventually(() => subscription.status().isOpen || subscription.status().lastFailure, 'the subscription opens')
    if (!subscription.status().isOpen) throw subscription.status().lastFailure
    const { position } = await store.read(0)
    await store.record([keyed])
    if ((await store.find([keyed.key])).length !== 1) throw new Error('The mark was not found.')
    for await (const page of store.scan(0)) if (page.length !== 1) throw new Error('The mark was not scanned.')
    await store.forget([keyed.key])
    const read = await store.read(0, position)
    if (read.reset || read.entries.length !== 2) throw new Error('The log was not read.')
    await eventually(() => heard.length === 2, 'the pushes arrive', maxMs)
  } finally {
    subscription.close()
  }
  // Only node-redis pings by itself.
  const pinging =
    'getSlotMaster' in client ? await client.nodeClient(client.getSlotMaster(slotOf(`{${prefix}:0}`))) : client
  if ('isReady' in pinging && 'on' in pinging) await once(pinging as unknown as EventEmitter, 'ping-interval')
  if (errors.length > 0) throw errors[0]
}

function inAMinute(): number {
  return Date.now() + 60_000
}

/** Reads while the slot of the store moves: an absent key is asked for at the new node. */
export async function readWhileMoving(cluster: RedisCluster, place: Place, user: User, prefix: string): Promise<void> {
  const { client, disconnect } = await place.connect(place.nodes[0]?.port ?? 0, user)
  const slot = slotOf(`{${prefix}:0}`)
  const owner = await cluster.primaryOfSlot(slot)
  const other = cluster.primaries.find((node) => node.port !== owner.port)
  try {
    await other?.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', String(await owner.command('CLUSTER', 'MYID')))
    await owner.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', String(await other?.command('CLUSTER', 'MYID')))
    await withDeadline(Promise.resolve(redisStore(client, { prefix }).find([{ scope: 'jti', value: 'absent' }])), maxMs)
  } finally {
    for (const node of [owner, other]) await node?.command('CLUSTER', 'SETSLOT', slot, 'STABLE')
    disconnect()
  }
}
