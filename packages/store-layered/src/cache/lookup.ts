import { type Key, type KeyedMark, type Mark, PartialAnswerError, type ProbedStore } from '@revoked/core'
import type { Clock } from '../follow/clock.ts'
import type { LogView } from '../follow/log-view.ts'
import type { Counters } from '../status.ts'
import { createCachePolicy } from './cache-policy.ts'
import { createLoader } from './loader.ts'
import type { LocalCache } from './local-cache.ts'
import { createRemoteReads } from './remote-reads.ts'

/** Options for `createLookup`. */
export interface LookupOptions {
  readonly remote: ProbedStore
  readonly views: readonly LogView[]
  readonly cache: LocalCache
  readonly counters: Counters
  readonly clock: Clock
  readonly timeoutMs: number
}

/** The reading side of the store, and the events that change its answers. */
export interface Lookup {
  readonly find: (keys: readonly Key[]) => readonly KeyedMark[] | Promise<readonly KeyedMark[]>
  /** Applies a change of the log: the key holds this mark. */
  readonly recorded: (keyed: KeyedMark) => void
  /** Applies a change of the log: the key holds no mark. */
  readonly forgotten: (key: Key) => void
  /**
   * Applies a write of this instance: the key holds this mark or more, or will do so. Nothing is
   * served locally for the key until the log delivers the result.
   */
  readonly expected: (keyed: KeyedMark) => void
}

const nothing: readonly KeyedMark[] = []

/**
 * Returns a lookup that answers from the local cache if that is safe, and otherwise from the
 * remote.
 */
export function createLookup({ remote, views, cache, counters, clock, timeoutMs }: LookupOptions): Lookup {
  const only = views.length === 1 ? views[0] : undefined
  const viewOf = (key: Key): LogView => only ?? (views[remote.logOf(key)] as LogView)
  const policy = createCachePolicy({ cache, viewOf, clock })
  const { load, invalidate } = createLoader({ read: createRemoteReads(remote, timeoutMs), viewOf, cache, clock })

  function find(keys: readonly Key[]): readonly KeyedMark[] | Promise<readonly KeyedMark[]> {
    const monotonic = clock.monotonic()
    const wall = clock.wall()
    // With one log, the view is checked once and not for each key, which saves a sixth of the time
    // (Node 20.20, 2026-11).
    const absence = only?.isLive(monotonic, wall) ? only.generation() : undefined
    let found: KeyedMark[] | undefined
    for (const key of keys) {
      if (absence !== undefined && cache.get(key) === absence) continue
      const mark = policy.lookUp(key, monotonic, wall)
      if (mark === undefined) return findAll(keys)
      if (mark !== null) {
        found ??= []
        found.push({ key, mark })
      }
    }
    counters.localKeys += keys.length
    return found ?? nothing
  }

  /**
   * Answers if at least one key has to be loaded. A load takes time in which other keys may become
   * unknown, so all keys are looked up again after it.
   */
  async function findAll(keys: readonly Key[]): Promise<readonly KeyedMark[]> {
    const loaded = new Map<Key, Mark | undefined>()
    for (;;) {
      const { found, missing } = collect(keys, loaded)
      if (missing.length === 0) {
        counters.localKeys += keys.length - loaded.size
        counters.remoteKeys += loaded.size
        return found
      }
      const answers = await Promise.allSettled(missing.map(load))
      for (const [index, key] of missing.entries()) {
        const answer = answers[index]
        if (answer?.status !== 'fulfilled') throw incomplete(keys, answer?.reason)
        loaded.set(key, answer.value)
      }
    }
  }

  /**
   * Returns the marks from the loaded answers and the local cache, and the keys that are missing.
   */
  function collect(
    keys: readonly Key[],
    loaded: ReadonlyMap<Key, Mark | undefined>,
  ): { readonly found: readonly KeyedMark[]; readonly missing: readonly Key[] } {
    const monotonic = clock.monotonic()
    const wall = clock.wall()
    const found: KeyedMark[] = []
    const missing: Key[] = []
    for (const key of keys) {
      const mark = loaded.has(key) ? (loaded.get(key) ?? null) : policy.lookUp(key, monotonic, wall)
      if (mark === undefined) missing.push(key)
      else if (mark !== null) found.push({ key, mark })
    }
    return { found, missing }
  }

  /** Returns the failure of the remote, with the known marks if there are any. */
  function incomplete(keys: readonly Key[], cause: unknown): unknown {
    const known = policy.lastKnown(keys)
    return known.length === 0 ? cause : new PartialAnswerError(known, { cause })
  }

  return {
    find,
    recorded: (keyed) => {
      policy.recorded(keyed)
      invalidate(keyed.key, keyed.mark)
    },
    forgotten: (key) => {
      policy.forgotten(key)
      invalidate(key, undefined)
    },
    expected: (keyed) => {
      if (policy.expected(keyed)) invalidate(keyed.key, keyed.mark)
    },
  }
}
