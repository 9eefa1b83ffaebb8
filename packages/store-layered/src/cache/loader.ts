import { type Key, type Mark, mergeMarks } from '@revoked/core'
import type { Clock } from '../follow/clock.ts'
import { momentOf } from '../follow/lease.ts'
import type { LogView } from '../follow/log-view.ts'
import { createInFlightLoads, type InFlightLoad, type InFlightLoads } from './in-flight-loads.ts'
import type { LocalCache } from './local-cache.ts'

/** Options for `createLoader`. */
export interface LoaderOptions {
  /** Reads one key from the remote. */
  readonly read: (key: Key) => Promise<Mark | undefined>
  readonly viewOf: (key: Key) => LogView
  readonly cache: LocalCache
  readonly clock: Clock
}

/** A loader of single keys from the remote, which caches the answers that may be cached. */
export interface Loader {
  readonly load: (key: Key) => Promise<Mark | undefined>
  /**
   * Notes that a mark arrived for the key, or that the key was forgotten. Answers in flight may be
   * older.
   */
  readonly invalidate: InFlightLoads['invalidate']
}

interface LoadResult {
  readonly mark: Mark | undefined
  /** True if the cached entry of the key has not changed since the start of the load. */
  readonly isUnchanged: boolean
}

/** Returns a loader without loads in flight. */
export function createLoader({ read, viewOf, cache, clock }: LoaderOptions): Loader {
  const inFlightLoads = createInFlightLoads()

  /** Loads a key, or joins a load in flight if it is as good as a new one. */
  function load(key: Key): Promise<Mark | undefined> {
    const view = viewOf(key)
    const current = inFlightLoads.get(key)
    return current !== undefined && isAsGood(view, current) ? current.answer : start(key, view)
  }

  function start(key: Key, view: LogView): Promise<Mark | undefined> {
    const before = cache.get(key)
    const inFlight: InFlightLoad = {
      generation: view.generation(),
      startedAt: momentOf(clock),
      mayFill: view.isLive(clock.monotonic(), clock.wall()),
      answer: read(key)
        .finally(() => inFlightLoads.end(key, inFlight))
        .then((mark) => complete(key, inFlight, { mark, isUnchanged: cache.get(key) === before })),
    }
    inFlightLoads.start(key, inFlight)
    return inFlight.answer
  }

  function complete(
    key: Key,
    inFlight: InFlightLoad,
    result: LoadResult,
  ): Mark | undefined | Promise<Mark | undefined> {
    const { invalidatedBy } = inFlight
    const { mark } = result
    if (invalidatedBy?.mark !== undefined)
      return mark === undefined ? invalidatedBy.mark : mergeMarks(mark, invalidatedBy.mark)
    // The key was reinstated meanwhile, so the answer may be from before or after.
    if (invalidatedBy !== undefined) return load(key)
    if (mayKeep(viewOf(key), inFlight, result)) {
      if (mark === undefined) cache.setAbsence(key, inFlight.generation)
      else cache.setMark(key, { mark, generation: inFlight.generation })
    }
    return mark
  }

  function mayKeep(view: LogView, { mayFill, generation }: InFlightLoad, { isUnchanged }: LoadResult): boolean {
    return mayFill && isUnchanged && generation === view.generation() && view.isLive(clock.monotonic(), clock.wall())
  }

  return { load, invalidate: inFlightLoads.invalidate }
}

/**
 * Returns true if no event of the key has arrived since the start of the load, none can have been
 * missed, and the load is recent.
 */
function isAsGood(view: LogView, { generation, invalidatedBy, startedAt }: InFlightLoad): boolean {
  return generation === view.generation() && invalidatedBy === undefined && view.isRecent(startedAt)
}
