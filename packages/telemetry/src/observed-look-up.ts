import type { Meter } from '@opentelemetry/api'
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

/** The `find` of a store. */
type Find<Key, Found> = (keys: readonly Key[], at?: number) => readonly Found[] | Promise<readonly Found[]>

/**
 * Returns the `find` of a store, measured. What is answered at once is only counted, because
 * readings of the clock take up to 100 ns on virtual machines. So the first look-ups are made
 * before they are measured. Those of a store that has answered with a promise are made within their
 * span, so that the spans of its client nest under it.
 */
export function observedLookUp<Key, Found>(
  find: Find<Key, Found>,
  { meter, calls, name, isCache = false }: LookUpOptions,
): Find<Key, Found> {
  let answeredAtOnce = 0
  let isRemote = false
  meter
    .createObservableCounter('revoked.store.local_lookups', {
      description: 'Look-ups that were answered at once, in memory.',
      unit: '{lookup}',
    })
    .addCallback((result) => result.observe(answeredAtOnce, { 'revoked.store.name': name }))

  return (keys, at) => {
    if (isRemote) return calls.observe({ operation: 'find', size: keys.length }, () => find(keys, at))
    const answer = find(keys, at)
    if (isArray(answer)) {
      answeredAtOnce++
      return answer
    }
    isRemote = !isCache
    return settled(calls.begin({ operation: 'find', size: keys.length }), answer)
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
