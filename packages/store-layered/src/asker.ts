import { type Key, type Mark, mergeMarks } from '@revoked/core'
import type { Clock } from './clock.ts'
import { createFlights, type Flight, type Flights } from './flights.ts'
import { momentOf } from './lease.ts'
import type { LocalCache } from './local-cache.ts'
import type { LogView } from './log-view.ts'

/** What asking the remote needs. */
export interface AskerOptions {
  /** Asks the remote for one key. */
  readonly read: (key: Key) => Promise<Mark | undefined>
  readonly viewOf: (key: Key) => LogView
  readonly cache: LocalCache
  readonly clock: Clock
}

/** Asks the remote for single keys, and keeps what may be kept of the answers. */
export interface Asker {
  readonly ask: (key: Key) => Promise<Mark | undefined>
  /** A mark came in for the key, or it was forgotten: answers that are under way may be older than that. */
  readonly tell: Flights['tell']
}

interface Landing {
  readonly mark: Mark | undefined
  /** Nothing has been put into the cache for the key since it was asked. */
  readonly isUnchanged: boolean
}

/** Nothing is under way. */
export function createAsker({ read, viewOf, cache, clock }: AskerOptions): Asker {
  const flights = createFlights()

  /** Joins a read that is under way, if it is as good as one that begins now. */
  function ask(key: Key): Promise<Mark | undefined> {
    const view = viewOf(key)
    const underWay = flights.get(key)
    return underWay !== undefined && isAsGood(view, underWay) ? underWay.answer : start(key, view)
  }

  function start(key: Key, view: LogView): Promise<Mark | undefined> {
    const before = cache.get(key)
    const flight: Flight = {
      generation: view.generation(),
      askedAt: momentOf(clock),
      mayFill: view.isLive(clock.monotonic(), clock.wall()),
      answer: read(key)
        .finally(() => flights.end(key, flight))
        .then((mark) => land(key, flight, { mark, isUnchanged: cache.get(key) === before })),
    }
    flights.start(key, flight)
    return flight.answer
  }

  function land(key: Key, flight: Flight, landing: Landing): Mark | undefined | Promise<Mark | undefined> {
    const { news } = flight
    const { mark } = landing
    if (news?.mark !== undefined) return mark === undefined ? news.mark : mergeMarks(mark, news.mark)
    // It was reinstated meanwhile, and nobody knows whether the answer is from before or after.
    if (news !== undefined) return ask(key)
    if (mayKeep(viewOf(key), flight, landing)) {
      if (mark === undefined) cache.holdAbsence(key, flight.generation)
      else cache.hold(key, { mark, generation: flight.generation })
    }
    return mark
  }

  function mayKeep(view: LogView, { mayFill, generation }: Flight, { isUnchanged }: Landing): boolean {
    return mayFill && isUnchanged && generation === view.generation() && view.isLive(clock.monotonic(), clock.wall())
  }

  return { ask, tell: flights.tell }
}

/** Nothing has come in for its key since it was asked, nothing can have been missed, and it is not old. */
function isAsGood(view: LogView, { generation, news, askedAt }: Flight): boolean {
  return generation === view.generation() && news === undefined && view.isRecent(askedAt)
}
