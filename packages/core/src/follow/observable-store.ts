import type { FollowableStore } from '../store/change-log.ts'
import type { RevocationStore } from '../store/store.ts'
import type { LogStatus, StoreHandler } from './follow-store.ts'

/**
 * A store that follows the change log of another one, such as a cache or a mirror, and lets others
 * observe it, so that the log is read once. Its `logs`, `logOf` and `logKey` are those of the other
 * store.
 *
 * @example
 * ```ts
 * import type { ObservableStore, Observation } from '@revoked/core/follow'
 *
 * // Prints every change that a cache or a mirror learns of. It reads the log once for all.
 * const trace = (store: ObservableStore): Observation =>
 *   store.observe({ apply: ({ key }) => console.log(key.scope), reset: () => console.log('reset') })
 * ```
 */
export interface ObservableStore extends RevocationStore, FollowedStore {
  /** The time in ms for which a complete read of a log is valid. */
  readonly maxStalenessMs: number
  /**
   * The time in ms after which the store stops waiting for the other one, and rejects with the
   * marks that it knows. `createRevocation` requires that it is below its own `timeout`: otherwise
   * the check would have ended by then, and a token that is known to be revoked could pass.
   */
  readonly timeoutMs?: number | undefined
  /**
   * Calls the handler with everything that the store learns of the logs from now on. The store has
   * applied it before. No callback runs before this call has returned.
   *
   * @throws TypeError if the store does not follow the logs all the time.
   * @throws RevocationUnavailableError if the store was closed.
   */
  observe(handler: StoreHandler): Observation
}

/**
 * The members of a store that say which of its logs has the changes of a key, and its name there.
 *
 * @example
 * ```ts
 * import type { Key } from '@revoked/core'
 * import type { FollowedStore } from '@revoked/core/follow'
 *
 * const nameOf = (store: FollowedStore, key: Key): string => `${store.logOf(key)}:${store.logKey(key).value}`
 * ```
 */
export type FollowedStore = Pick<FollowableStore, 'logs' | 'logOf' | 'logKey'>

/**
 * The changes of a store, as a handler receives them.
 *
 * @example
 * ```ts
 * import type { Observation } from '@revoked/core/follow'
 *
 * function endTrace(observation: Observation): void {
 *   if (observation.status().some(({ state }) => state === 'stale')) console.warn('Changes are late.')
 *   observation.close()
 * }
 * ```
 */
export interface Observation {
  /** Returns the state of each log. */
  readonly status: () => readonly LogStatus[]
  /** Ends the calls of the handler. */
  readonly close: () => void
}

/**
 * A handler that passes on what it receives to others.
 *
 * @example
 * ```ts
 * import type { SharedHandler, StoreHandler } from '@revoked/core/follow'
 *
 * // The `observe` of a store of your own that follows another one.
 * const observe = (shared: SharedHandler, handler: StoreHandler): (() => void) => shared.add(handler)
 * ```
 */
export interface SharedHandler extends Required<StoreHandler> {
  /** Adds another handler. Returns a function that removes it. */
  readonly add: (other: StoreHandler) => () => void
}

/**
 * Returns a handler for `followStore` that calls the given one, and then those that were added.
 *
 * @example
 * ```ts
 * import type { LogEntry } from '@revoked/core'
 * import { shareHandler } from '@revoked/core/follow'
 *
 * const cache = new Map<string, LogEntry>()
 * const shared = shareHandler({
 *   apply: (entry) => void cache.set(entry.key.value, entry),
 *   reset: () => cache.clear(),
 * })
 * const remove = shared.add({ apply: ({ key }) => console.log(key.scope), reset: () => {} })
 * ```
 */
export function shareHandler(first: StoreHandler): SharedHandler {
  const others = new Map<symbol, StoreHandler>()

  function each(call: (handler: StoreHandler) => void): void {
    call(first)
    for (const other of others.values()) call(other)
  }

  return {
    add: (other) => {
      // One handler may be added twice.
      const id = Symbol('handler')
      others.set(id, other)
      return () => void others.delete(id)
    },
    apply: (entry, log) => each((handler) => handler.apply(entry, log)),
    reset: (log) => each((handler) => handler.reset(log)),
    suspect: (keys, log) => each((handler) => handler.suspect?.(keys, log)),
    confirmed: (log) => each((handler) => handler.confirmed?.(log)),
    renew: (log) => each((handler) => handler.renew?.(log)),
  }
}
