import type { FollowableStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import type { LayeredStore, LayeredStoreOptions, MirroredStore, MirroredStoreOptions } from '../../src/index.ts'
import type { CachingStore, Product, ProductName } from './product.ts'

/** The exports of the package, or of a changed copy. */
export interface Exports {
  readonly layeredStore: (remote: FollowableStore, options: LayeredStoreOptions) => LayeredStore
  readonly mirroredStore: (remote: FollowableStore, options: MirroredStoreOptions) => MirroredStore
}

/**
 * The time in ms after the end of all faults until a product answers locally, in addition to that
 * of the subscriptions: a mirror waits up to half a minute before it scans again.
 */
export const patienceMs: Readonly<Record<ProductName, number>> = { layeredStore: 0, mirroredStore: 65_000 }

/** Returns one of the stores as a product. */
export function productOf({ layeredStore, mirroredStore }: Exports, name: ProductName): Product {
  return (remote, { maxEntries, maxStalenessMs, timeoutMs }) => {
    const durations = { maxStaleness: `${maxStalenessMs}ms`, timeout: `${timeoutMs}ms` } as const
    return name === 'layeredStore'
      ? asCaching(layeredStore(remote, { maxEntries, ...durations }))
      : asCaching(mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }), ...durations }))
  }
}

function asCaching(store: LayeredStore | MirroredStore): CachingStore {
  return {
    find: store.find,
    record: store.record,
    forget: store.forget,
    isLive: () => store.status().state === 'live',
    close: store.close,
  }
}
