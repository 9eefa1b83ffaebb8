import type { RevocationStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'

/** A store, and how many marks it holds where it knows. */
export interface CountingStore extends RevocationStore {
  readonly size?: number | undefined
}

/** Which stores `--store` can name. This is the one place that changes for another one. */
const stores: Readonly<Record<string, () => CountingStore>> = {
  memory: () => memoryStore(),
}

/** @throws RangeError naming the stores that there are. */
export function openStore(name: string): CountingStore {
  const open = Object.hasOwn(stores, name) ? stores[name] : undefined
  if (open === undefined)
    throw new RangeError(`There is no store called ${JSON.stringify(name)}. Choose one of: ${storeNames()}.`)
  return open()
}

function storeNames(): string {
  return Object.keys(stores).join(', ')
}
