import { type Key, type Mark, mergeMarks } from '@revoked/core'
import type { Clock } from '../follow/clock.ts'
import { momentOf } from '../follow/lease.ts'
import type { LogView } from '../follow/log-view.ts'
import { createInFlightLoads, type InFlightLoad, type InFlightLoads } from './in-flight-loads.ts'
import type { LocalCache } from './local-cache.ts'

/** Options for `createLoader`. */
export interface LoaderOptions {
  /** Asks the remote for one key. */
  readonly read: (key: Key) => Promise<Mark | undefined>
  readonly viewOf: (key: Key) => LogView
  readonly cache: LocalCache
  readonly clock: Clock
}

/** Asks the remote for single keys, and keeps what may be kept of the answers. */
export interface Loader {
  readonly load: (key: Key) => Promise<Mark | undefined>
  /**
   * A mark came in for the key, or it was forgotten: answers that are under way may be older than
   * that.
   */
  readonly invalidate: InFlightLoads['invalidate']
}

interface LoadResult {
  readonly mark: Mark | undefined
  /** Nothing has been put into the cache for the key since it was asked. */
  readonly isUnchanged: boolean
}

/** Returns a loader without loads in flight. */
export function createLoader({ read, viewOf, cache, clock }: LoaderOptions): Loader {
  const inFlightLoads = createInFlightLoads()

  /** Joins a read that is under way, if it is as good as one that begins now. */
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
    // It was reinstated meanwhile, and nobody knows whether the answer is from before or after.
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
 * Nothing has come in for its key since it was asked, nothing can have been missed, and it is not
 * old.
 */
function isAsGood(view: LogView, { generation, invalidatedBy, startedAt }: InFlightLoad): boolean {
  return generation === view.generation() && invalidatedBy === undefined && view.isRecent(startedAt)
}
