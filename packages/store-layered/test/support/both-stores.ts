import type { FollowableStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import {
  type LayeredStore,
  type LayeredStoreOptions,
  layeredStore,
  type MirroredStore,
  mirroredStore,
} from '../../src/index.ts'

/** One of the two stores of this package. */
export type Store = LayeredStore | MirroredStore

/** A function that returns a store over the remote. */
export type CreateStore = (
  remote: FollowableStore,
  options: Pick<LayeredStoreOptions, 'maxStaleness' | 'timeout'>,
) => Store

/** Both stores of this package. */
export const bothStores: readonly (readonly [name: string, create: CreateStore])[] = [
  ['layeredStore', layeredStore],
  [
    'mirroredStore',
    (remote, options) => mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }), ...options }),
  ],
]
