import type { Key, Mark } from '@revoked/core'
import type { Moment } from './lease.ts'

/** A read of one key that is under way. */
export interface Flight {
  /** Of the log, when it was asked. */
  readonly generation: number
  readonly askedAt: Moment
  /** Whether the view of the log was live when it was asked: what came before the base of the view may have been missed. */
  readonly mayFill: boolean
  /** What has come in for the key since: the answer may be older than that. */
  news?: { readonly mark: Mark | undefined }
  readonly answer: Promise<Mark | undefined>
}

/** The reads under way, the latest of each key. */
export interface Flights {
  readonly get: (key: Key) => Flight | undefined
  readonly start: (key: Key, flight: Flight) => void
  /** Of no consequence where another one has started meanwhile. */
  readonly end: (key: Key, flight: Flight) => void
  /** Tells the read of the key, if there is one, that a mark came in, or that it was forgotten. */
  readonly tell: (key: Key, mark: Mark | undefined) => void
}

/** No reads. */
export function createFlights(): Flights {
  const scopes = new Map<string, Map<string, Set<Flight>>>()
  const of = ({ scope, value }: Key): Set<Flight> | undefined => scopes.get(scope)?.get(value)

  return {
    get: (key) => [...(of(key) ?? [])].at(-1),
    start: ({ scope, value }, flight) => {
      const flights = scopes.get(scope) ?? new Map<string, Set<Flight>>()
      scopes.set(scope, flights)
      const same = flights.get(value) ?? new Set()
      flights.set(value, same.add(flight))
    },
    end: (key, flight) => {
      const same = of(key)
      same?.delete(flight)
      if (same?.size === 0) scopes.get(key.scope)?.delete(key.value)
    },
    tell: (key, mark) => {
      for (const flight of of(key) ?? []) flight.news = { mark }
    },
  }
}
