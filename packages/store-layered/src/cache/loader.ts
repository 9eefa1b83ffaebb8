import { type FollowableStore, type Key, type Mark, mergeMarks } from '@revoked/core'
import { type Clock, type Follower, momentOf } from '@revoked/core/follow'
import type { CachePolicy } from './cache-policy.ts'
import { createInFlightLoads, type InFlightLoad, type InFlightLoads } from './in-flight-loads.ts'

/** Options for `createLoader`. */
export interface LoaderOptions {
  /** Reads one key from the remote. */
  readonly read: (key: Key) => Promise<Mark | undefined>
  readonly logKey: FollowableStore['logKey']
  readonly followerOf: (key: Key) => Follower
  readonly policy: Pick<CachePolicy, 'loaded' | 'entryOf'>
  readonly clock: Clock
}

/** A loader of single keys from the remote, which caches the answers that may be cached. */
export interface Loader {
  readonly load: (key: Key) => Promise<Mark | undefined>
  /**
   * Notes that a mark arrived for the key that the log names so, or that the key was forgotten.
   * Answers in flight may be older.
   */
  readonly invalidate: InFlightLoads['invalidate']
}

/** Returns a loader without loads in flight. */
export function createLoader({ read, logKey, followerOf, policy, clock }: LoaderOptions): Loader {
  const inFlightLoads = createInFlightLoads()

  /** Loads a key, or joins a load in flight if it is as good as a new one. */
  function load(key: Key): Promise<Mark | undefined> {
    const follower = followerOf(key)
    const name = logKey(key)
    const current = inFlightLoads.get(name)
    return current !== undefined && isAsGood(follower, current) ? current.answer : start(key, name, follower)
  }

  function start(key: Key, name: Key, follower: Follower): Promise<Mark | undefined> {
    const before = policy.entryOf(key)
    const inFlight: InFlightLoad = {
      generation: follower.generation(),
      startedAt: momentOf(clock),
      answer: read(key)
        .finally(() => inFlightLoads.end(name, inFlight))
        .then((mark) => {
          const { invalidatedBy, generation } = inFlight
          if (invalidatedBy !== undefined) return corrected(key, mark, invalidatedBy.mark)
          // Every change since the start was applied, if none was missed. An entry that another
          // load has filled meanwhile is newer.
          if (generation === follower.generation() && policy.entryOf(key) === before)
            policy.loaded(key, mark, generation)
          return mark
        }),
    }
    inFlightLoads.start(name, inFlight)
    return inFlight.answer
  }

  /** Returns the mark of a key that changed during its load. */
  function corrected(key: Key, loaded: Mark | undefined, arrived: Mark | undefined): Mark | Promise<Mark | undefined> {
    // The key was reinstated meanwhile, so the answer may be from before or after.
    if (arrived === undefined) return load(key)
    return loaded === undefined ? arrived : mergeMarks(loaded, arrived)
  }

  return { load, invalidate: inFlightLoads.invalidate }
}

/**
 * Returns true if no event of the key has arrived since the start of the load, none can have been
 * missed, and the load is recent.
 */
function isAsGood(follower: Follower, { generation, invalidatedBy, startedAt }: InFlightLoad): boolean {
  return generation === follower.generation() && invalidatedBy === undefined && follower.isRecent(startedAt)
}
