import { type Duration, durationToMs, unitHint } from '../claims/duration.ts'
import { followStore } from '../follow/follow-store.ts'
import type { FollowedStore, ObservableStore } from '../follow/observable-store.ts'
import type { FollowableStore } from '../store/change-log.ts'
import type { RevocationStore } from '../store/store.ts'

/** The changes of a store, with the bound for their staleness. */
export interface ChangeSource extends Pick<ObservableStore, 'maxStalenessMs' | 'observe'> {
  readonly followed: FollowedStore
}

/**
 * The limits of `maxStaleness`, as caches have them. Numbers are seconds, so 2,000 is too large.
 */
const minStalenessMs = 50
const maxStalenessLimitMs = 60_000

/**
 * Returns the changes of a store: as it reads them itself if it is a cache, and else by reading its
 * log.
 *
 * @throws TypeError or RangeError if the store cannot be followed, or `maxStaleness` is wrong.
 */
export function changeSourceOf(store: RevocationStore, maxStaleness: Duration | undefined): ChangeSource {
  if (isObservable(store)) {
    if (maxStaleness !== undefined)
      throw new TypeError('maxStaleness of watch must be left out: the store has that option, and it applies.')
    const { maxStalenessMs } = store
    return { followed: store, maxStalenessMs, observe: (handler) => store.observe(handler) }
  }
  if (!isFollowable(store)) {
    throw new TypeError(
      'watch needs a store that can be followed: memoryStore, redisStore, layeredStore, mirroredStore, or another FollowableStore. This store has no change log.',
    )
  }
  const maxStalenessMs = durationToMs(maxStaleness ?? '2s', 'maxStaleness')
  if (maxStalenessMs < minStalenessMs || maxStalenessMs > maxStalenessLimitMs)
    throw new RangeError(`maxStaleness must be from ${minStalenessMs} ms to a minute.${unitHint(maxStaleness)}`)
  return { followed: store, maxStalenessMs, observe: (handler) => followStore(store, handler, { maxStalenessMs }) }
}

function isObservable(store: RevocationStore): store is ObservableStore {
  return hasMethods(store, ['observe', 'logOf', 'logKey'])
}

function isFollowable(store: RevocationStore): store is FollowableStore {
  return hasMethods(store, ['read', 'subscribe', 'logOf', 'logKey'])
}

function hasMethods(store: RevocationStore, names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(store, name) === 'function')
}
