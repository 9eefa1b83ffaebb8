import { idOf } from './cluster-view.ts'
import type { RedisServer } from './redis-server.ts'

export interface SlotMove {
  readonly slot: number
  readonly from: RedisServer
  readonly to: RedisServer
  readonly primaries: readonly RedisServer[]
  readonly midway: (() => Promise<void>) | undefined
}

const keysAtOnce = 100
const migrateTimeoutMs = 5_000

/** Moves one slot, by the steps of `redis-cli --cluster reshard`. */
export async function moveSlot({ slot, from, to, primaries, midway }: SlotMove): Promise<void> {
  const [fromId, toId] = await Promise.all([idOf(from), idOf(to)])
  await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId)
  await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId)
  await moveKeys(slot, from, to)
  await midway?.()
  await moveKeys(slot, from, to)
  // The new owner is set first. Otherwise the old owner would redirect clients back and forth.
  for (const node of [to, from, ...primaries.filter((primary) => primary !== to && primary !== from)]) {
    await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', toId)
  }
}

async function moveKeys(slot: number, from: RedisServer, to: RedisServer): Promise<void> {
  for (;;) {
    const keys = await from.command('CLUSTER', 'GETKEYSINSLOT', slot, keysAtOnce)
    if (!Array.isArray(keys) || keys.length === 0) return
    await from.command('MIGRATE', to.host, to.port, '', 0, migrateTimeoutMs, 'KEYS', ...keys.map(String))
  }
}
