import type { FollowableStore, Key, KeyedMark } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { onTestFinished } from 'vitest'
import { type MirroredStore, type MirroredStoreOptions, mirroredStore } from '../../src/index.ts'

/** Opens a mirror of the remote, which is closed at the end of the test. */
export function mirror(remote: FollowableStore, options: Partial<MirroredStoreOptions> = {}): MirroredStore {
  const store = mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }), maxStaleness: '200ms', ...options })
  onTestFinished(() => store.close())
  return store
}

/** Waits until the mirror answers locally. */
export async function live(store: MirroredStore): Promise<MirroredStore> {
  await eventually(() => store.status().state === 'live', 'the mirror is live')
  return store
}

/** Returns a scan that yields these batches, each when it is released. */
export function heldScan(batches: readonly (readonly KeyedMark[])[]): {
  readonly scan: FollowableStore['scan']
  /** The number of batches that were asked for. */
  readonly asked: () => number
  /** Lets all batches pass. */
  readonly release: () => void
} {
  let asked = 0
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return {
    scan: async function* () {
      for (const batch of batches) {
        asked++
        await released
        yield batch
      }
    },
    asked: () => asked,
    release,
  }
}

/**
 * Returns the values of the keys that are answered locally, or `undefined` if the remote is asked.
 */
export function localValues(store: MirroredStore, keys: readonly Key[]): readonly string[] | undefined {
  const found = store.find(keys)
  if (found instanceof Promise) {
    found.catch(() => undefined)
    return undefined
  }
  return (found as readonly KeyedMark[]).map(({ key }) => key.value)
}
