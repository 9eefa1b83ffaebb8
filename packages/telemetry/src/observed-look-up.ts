import type { Meter } from '@opentelemetry/api'
import { isNoopMeter } from './options.ts'
import type { BegunCall, StoreCalls } from './store-calls.ts'

/** What reports look-ups. */
export interface LookUpOptions {
  readonly meter: Meter
  readonly calls: StoreCalls
  /** The name of the store. */
  readonly name: string
  /** Whether the store is a cache, which answers with an array or with a promise each time. */
  readonly isCache?: boolean
}

/** A store, of which keys are looked up. */
interface Finding<Key, Found> {
  readonly find: (keys: readonly Key[], at?: number) => readonly Found[] | Promise<readonly Found[]>
}

/**
 * Returns the `find` of a store, measured. What is answered at once is only counted, because
 * readings of the clock take up to 100 ns on virtual machines. So the first look-ups are made
 * before they are measured. Those of a store that has answered with a promise, or has thrown, are
 * made within their span, so that the spans of its client nest under it, until it answers at once:
 * a file of SQLite does, unless it is locked.
 *
 * A hit costs one call and one increment, and without an SDK the call only.
 */
export function observedLookUp<Key, Found>(
  store: Finding<Key, Found>,
  { meter, calls, name, isCache = false }: LookUpOptions,
): Finding<Key, Found>['find'] {
  let answeredAtOnce = 0
  let isRemote = false
  const isCounted = !isNoopMeter(meter)
  meter
    .createObservableCounter('revoked.store.local_lookups', {
      description: 'Look-ups that were answered at once, in memory.',
      unit: '{lookup}',
    })
    .addCallback((result) => result.observe(answeredAtOnce, { 'revoked.store.name': name }))

  // Apart from the hit: functions that capture `keys` make V8 allocate a context in each call, and
  // a large function is not inlined into the check (together about 5% of it, Node 20.20, 2026-11).
  function withinSpan(keys: readonly Key[], at?: number): ReturnType<Finding<Key, Found>['find']> {
    const begun = calls.begin({ operation: 'find', size: keys.length })
    try {
      const answer = begun.run(() => store.find(keys, at))
      if (!isArray(answer)) return settled(begun, answer)
      // The span is dropped: one that does not end is not exported.
      isRemote = false
      answeredAtOnce++
      return answer
    } catch (error) {
      begun.end({ error })
      throw error
    }
  }

  function awaited(answer: Promise<readonly Found[]>, size: number): Promise<readonly Found[]> {
    isRemote = true
    return settled(calls.begin({ operation: 'find', size }), answer)
  }

  function find(keys: readonly Key[], at?: number): ReturnType<Finding<Key, Found>['find']> {
    const answer = store.find(keys, at)
    if (!isArray(answer)) return awaited(answer, keys.length)
    if (isCounted) answeredAtOnce++
    return answer
  }

  // What a cache asks its remote store for is no reason to measure its hits.
  if (isCache) return find
  return (keys, at) => {
    if (isRemote) return withinSpan(keys, at)
    try {
      return find(keys, at)
    } catch (error) {
      isRemote = true
      throw error
    }
  }
}

async function settled<Found>(begun: BegunCall, answer: Promise<readonly Found[]>): Promise<readonly Found[]> {
  try {
    const found = await answer
    begun.end()
    return found
  } catch (error) {
    begun.end({ error })
    throw error
  }
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray<T>(value: readonly T[] | Promise<readonly T[]>): value is readonly T[] {
  return Array.isArray(value)
}
