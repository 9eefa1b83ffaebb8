import type { Key, KeyedMark, LogEntry, RevocationStore } from '@revoked/core'
import { createKeyMap } from './key-map.ts'

/**
 * A store in this process, such as `memoryStore`, which keeps a copy of a remote store. Its writes
 * must take effect in the order of the calls, and `find` should return synchronously.
 *
 * @example
 * ```ts
 * import type { FollowableStore } from '@revoked/core'
 * import { type LocalStore, mirroredStore } from '@revoked/store-layered'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * // Each scan of the remote fills a new one.
 * const local = (): LocalStore => memoryStore({ maxMarks: 1_000_000, logLength: 1 })
 * const mirror = (remote: FollowableStore) => mirroredStore(remote, { local })
 * ```
 */
export interface LocalStore extends Pick<RevocationStore, 'record' | 'find' | 'forget'> {
  /** The number of stored marks. */
  readonly size: number
}

/** A local copy of one log of the remote store: filled by a scan, and changed by entries. */
export interface LocalCopy {
  readonly find: RevocationStore['find']
  readonly size: () => number
  /** Returns true if the copy may hold marks whose values the remote has hashed. */
  readonly hasDigests: () => boolean
  /** Returns true if all entries that were applied have taken effect in the local store. */
  readonly isSettled: () => boolean
  /** Applies an entry of the log. */
  readonly apply: (entry: LogEntry) => void
  /** Adds marks of a scan, except for those of keys that were forgotten since it began. */
  readonly fill: (marks: readonly KeyedMark[]) => Promise<void>
  /** Ends the scan. */
  readonly endFill: () => void
}

/** Options for {@link createLocalCopy}. */
export interface LocalCopyOptions {
  readonly store: LocalStore
  /** The wall clock. It is read whenever a mark is left out because it has expired. */
  readonly wall: () => number
  /** Returns true if a value in the log is a digest. */
  readonly isDigest: (logKey: Key) => boolean
  /** Called if an entry could not be applied: the copy is incomplete. */
  readonly failed: (cause: unknown) => void
}

/**
 * Returns a copy that is to be filled.
 *
 * The store merges marks, and a mark only grows until its key is forgotten. So the scan and the log
 * may deliver the marks of a key in any order, and only forgotten keys have to be remembered: the
 * scan may have read the mark of such a key before it was forgotten.
 */
export function createLocalCopy({ store, wall, isDigest, failed }: LocalCopyOptions): LocalCopy {
  const forgotten = createKeyMap<true>()
  let hasDigests = false
  let isFilling = true
  let unsettled = 0

  async function settle(write: () => Promise<unknown>): Promise<void> {
    unsettled++
    try {
      await write()
    } catch (cause) {
      // By the clock of the store, the mark is not found any more, as it would be if it was stored.
      if (isExpired(cause)) wall()
      else failed(cause)
    } finally {
      unsettled--
    }
  }

  async function fill(marks: readonly KeyedMark[]): Promise<void> {
    const now = wall()
    const wanted = marks.filter(({ key, mark }) => mark.expiresAt > now && !forgotten.has(key))
    if (wanted.length === 0) return
    // Before the marks can be found.
    hasDigests ||= wanted.some(({ key }) => isDigest(key))
    try {
      await store.record(wanted)
    } catch (cause) {
      if (!isExpired(cause)) throw cause
      // The store may have stored the others or not.
      if (wanted.length > 1) for (const keyed of wanted) await fill([keyed])
    }
  }

  return {
    find: (keys, at) => store.find(keys, at),
    size: () => store.size,
    hasDigests: () => hasDigests,
    isSettled: () => unsettled === 0,
    apply: ({ key, mark }) => {
      if (mark !== undefined) {
        hasDigests ||= isDigest(key)
        void settle(() => store.record([{ key, mark }]))
      } else {
        if (isFilling) forgotten.set(key, true)
        void settle(() => store.forget([key]))
      }
    },
    fill,
    endFill: () => {
      isFilling = false
      forgotten.clear()
    },
  }
}

function isExpired(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_MARK_EXPIRED'
}
