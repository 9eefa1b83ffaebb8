import type { Key, Mark } from '@revoked/core'
import type { Moment } from '../follow/lease.ts'

/** A read of one key that is under way. */
export interface InFlightLoad {
  /** Of the log, when it was asked. */
  readonly generation: number
  readonly startedAt: Moment
  /**
   * Whether the view of the log was live when it was asked: what came before the base of the view
   * may have been missed.
   */
  readonly mayFill: boolean
  /** What has come in for the key since: the answer may be older than that. */
  invalidatedBy?: { readonly mark: Mark | undefined }
  readonly answer: Promise<Mark | undefined>
}

/** The reads under way, the latest of each key. */
export interface InFlightLoads {
  readonly get: (key: Key) => InFlightLoad | undefined
  readonly start: (key: Key, inFlight: InFlightLoad) => void
  /** Of no consequence where another one has started meanwhile. */
  readonly end: (key: Key, inFlight: InFlightLoad) => void
  /** Tells the read of the key, if there is one, that a mark came in, or that it was forgotten. */
  readonly invalidate: (key: Key, mark: Mark | undefined) => void
}

/** Returns an empty registry of loads. */
export function createInFlightLoads(): InFlightLoads {
  const scopes = new Map<string, Map<string, Set<InFlightLoad>>>()
  const of = ({ scope, value }: Key): Set<InFlightLoad> | undefined => scopes.get(scope)?.get(value)

  return {
    get: (key) => [...(of(key) ?? [])].at(-1),
    start: ({ scope, value }, inFlight) => {
      const loads = scopes.get(scope) ?? new Map<string, Set<InFlightLoad>>()
      scopes.set(scope, loads)
      const same = loads.get(value) ?? new Set()
      loads.set(value, same.add(inFlight))
    },
    end: (key, inFlight) => {
      const same = of(key)
      same?.delete(inFlight)
      if (same?.size === 0) scopes.get(key.scope)?.delete(key.value)
    },
    invalidate: (key, mark) => {
      for (const inFlight of of(key) ?? []) inFlight.invalidatedBy = { mark }
    },
  }
}
