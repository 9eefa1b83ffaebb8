import type { Key, Mark } from '@revoked/core'
import type { Moment } from '@revoked/core/follow'

/** A load of one key that is in flight. */
export interface InFlightLoad {
  /** The generation of the log at the start of the load. */
  readonly generation: number
  readonly startedAt: Moment
  /** The latest event of the key since the start of the load. The answer may be older than it. */
  invalidatedBy?: { readonly mark: Mark | undefined }
  readonly answer: Promise<Mark | undefined>
}

/** A registry of the loads in flight, by the names of their keys in the log. */
export interface InFlightLoads {
  /** Returns the latest load of the key. */
  readonly get: (key: Key) => InFlightLoad | undefined
  readonly start: (key: Key, inFlight: InFlightLoad) => void
  /** Removes the load. A later load of the same key stays. */
  readonly end: (key: Key, inFlight: InFlightLoad) => void
  /** Notes in the loads of the key that a mark arrived, or that the key was forgotten. */
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
