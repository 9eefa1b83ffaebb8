import { setTimeout as delay } from 'node:timers/promises'
import type { BreakableStore } from '@revoked/conformance'
import { plainStore } from '@revoked/testing/plain-store'

/** A store over a backend that can be taken away, and what becomes of its calls then. */
function overBackend(whileAway: 'rejects' | 'answers'): () => BreakableStore {
  return () => {
    const store = plainStore()
    let isAway = false
    const guarded =
      <Args extends readonly unknown[], T>(call: (...args: Args) => T | Promise<T>, instead: (...args: Args) => T) =>
      async (...args: Args): Promise<T> => {
        await delay(0)
        if (!isAway) return await call(...args)
        if (whileAway === 'rejects') throw new Error('connection lost')
        return instead(...args)
      }
    return {
      store: {
        record: guarded(store.record, (marks) => marks.map(() => false)),
        find: guarded(store.find, () => []),
        forget: guarded(store.forget, () => undefined),
        agree: guarded(store.agree, () => ({ maxTokenLifetime: 1, clockTolerance: 0, claims: [], now: Date.now() })),
      },
      breakDown: () => {
        isAway = true
      },
    }
  }
}

/** Rejects while its backend is away. */
export const honestStore: () => BreakableStore = overBackend('rejects')

/**
 * Answers while its backend is away as if nothing were revoked, and as if everything had been
 * recorded before.
 */
export const lyingStore: () => BreakableStore = overBackend('answers')
