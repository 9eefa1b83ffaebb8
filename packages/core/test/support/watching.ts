import { createRevocation, type Revocation, type RevocationOptions, type Watch } from '@revoked/core'
import { type FollowableStoreOptions, followableStore, type TestStore } from './followable-store.ts'

/** A store that can be followed, with the revocations of two services over it. */
export interface WatchedStore {
  readonly store: TestStore
  readonly revocation: Revocation
  readonly another: Revocation
}

/** Opens a store for tests of `watch`. */
export function openWatched(
  options: Partial<RevocationOptions> = {},
  storeOptions: FollowableStoreOptions = {},
): WatchedStore {
  const store = followableStore(storeOptions)
  const all: RevocationOptions = { store, maxTokenLifetime: '60d', claims: ['client_id'], ...options }
  return { store, revocation: createRevocation(all), another: createRevocation(all) }
}

/** Returns the code of the reason of a signal, if it has aborted. */
export function codeOf({ signal }: Watch): unknown {
  return signal.aborted ? signal.reason.code : undefined
}
