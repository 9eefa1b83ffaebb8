import type { FollowableStore, RevocationStore } from '@revoked/core'

/** What the simulation needs of a store that caches another one. */
export interface CachingStore extends Pick<RevocationStore, 'find' | 'record' | 'forget'> {
  readonly isLive: () => boolean
  readonly close: () => Promise<void>
}

/** Options for a product. */
interface ProductOptions {
  readonly maxEntries: number
  readonly maxStalenessMs: number
  readonly timeoutMs: number
}

/** A factory of the simulated store: the product, or a copy that lacks a rule. */
export type Product = (remote: FollowableStore, options: ProductOptions) => CachingStore

/** The two stores that follow a log. */
export type ProductName = 'layeredStore' | 'mirroredStore'
