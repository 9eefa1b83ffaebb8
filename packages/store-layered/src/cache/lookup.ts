import { type FollowableStore, type Key, type KeyedMark, type Mark, PartialAnswerError } from '@revoked/core'
import type { Clock, Follower, Following } from '@revoked/core/follow'
import type { Counters } from '../status.ts'
import { createCachePolicy } from './cache-policy.ts'
import { createLoader } from './loader.ts'
import { createRemoteReads } from './remote-reads.ts'

/** Options for `createLookup`. */
export interface LookupOptions {
  readonly remote: FollowableStore
  readonly following: Pick<Following, 'followers' | 'used'>
  readonly maxEntries: number
  readonly counters: Counters
  readonly clock: Clock
  readonly timeoutMs: number
}

/** The reading side of the store, and the events that change its answers. */
export interface Lookup {
  readonly find: (keys: readonly Key[], at?: number) => readonly KeyedMark[] | Promise<readonly KeyedMark[]>
  /** Applies an entry of the log: the key that it names so holds this mark, or none. */
  readonly applied: (logKey: Key, mark: Mark | undefined) => void
  /** Stops to serve what is known of the keys that the log names so. */
  readonly suspect: (logKeys: readonly Key[]) => void
  /**
   * Applies a write of this instance: the key holds this mark or more, or will do so. Nothing is
   * served locally for the key until the log delivers the result.
   */
  readonly expected: (keyed: KeyedMark) => void
  /** Returns the number of cached entries per scope. */
  readonly sizes: () => Readonly<Record<string, number>>
}

const nothing: readonly KeyedMark[] = []

/**
 * Returns a lookup that answers from the local cache if that is safe, and otherwise from the
 * remote.
 */
export function createLookup({
  remote,
  following: { followers, used },
  maxEntries,
  counters,
  clock,
  timeoutMs,
}: LookupOptions): Lookup {
  const logKey = (key: Key): Key => remote.logKey(key)
  const only = followers.length === 1 ? followers[0] : undefined
  const followerOf = (key: Key): Follower => only ?? (followers[remote.logOf(key)] as Follower)
  const policy = createCachePolicy({ maxEntries, logKey, followerOf, clock })
  const read = createRemoteReads(remote, timeoutMs)
  const { load, invalidate } = createLoader({ read, logKey, followerOf, policy, clock })

  function find(keys: readonly Key[], at?: number): readonly KeyedMark[] | Promise<readonly KeyedMark[]> {
    // The lease ends on either clock, so both are read. The caller has usually read one of them.
    const monotonic = clock.monotonic()
    const wall = at ?? clock.wall()
    used(monotonic)
    // With one log, the lease is checked once and not for each key, which saves a sixth of the time
    // (Node 20.20, 2026-11).
    const absence = only?.isLive(monotonic, wall) ? only.generation() : undefined
    let found: KeyedMark[] | undefined
    for (const key of keys) {
      if (absence !== undefined && policy.entryOf(key) === absence) continue
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
        if (answer?.status !== 'fulfilled') throw withKnown(policy.lastKnown(keys), answer?.reason)
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

  return {
    find,
    applied: (name, mark) => {
      policy.applied(name, mark)
      invalidate(name, mark)
    },
    suspect: (names) => {
      for (const name of names) {
        policy.suspected(name)
        invalidate(name, undefined)
      }
    },
    expected: (keyed) => {
      if (policy.expected(keyed)) invalidate(logKey(keyed.key), keyed.mark)
    },
    sizes: policy.sizes,
  }
}

/** Returns the failure of the remote, with the known marks if there are any. */
function withKnown(known: readonly KeyedMark[], cause: unknown): unknown {
  return known.length === 0 ? cause : new PartialAnswerError(known, { cause })
}
