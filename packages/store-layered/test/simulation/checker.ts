import type { Key, KeyedMark } from '@revoked/core'
import type { CachingStore } from './product.ts'
import type { Setup } from './setup.ts'
import type { VirtualHost } from './virtual-host.ts'

/** A checker that asks the store, and judges every answer. */
export interface Checker {
  readonly find: (keys: readonly Key[]) => void
  readonly record: (key: Key) => void
  readonly forget: (key: Key) => void
  /** Returns the first wrong answer. */
  readonly violation: () => string | undefined
  readonly counts: Readonly<Record<'local' | 'remote' | 'refused' | 'rejected', number>>
}

/** One answer in this number is repeated, to see if it was cached. */
const refusalSample = 8

/** Returns a checker that compares answers of the store with the true state of the setup. */
export function createChecker(store: CachingStore, setup: Setup, host: VirtualHost): Checker {
  const { ledger } = setup
  const counts = { local: 0, remote: 0, refused: 0, rejected: 0 }
  let judged = 0
  let violation: string | undefined

  /**
   * Repeats a question. A live store that asks the remote again has refused to cache the first
   * answer.
   */
  function look(keys: readonly Key[]): void {
    if (!store.isLive()) return
    const again = store.find(keys)
    if (!(again instanceof Promise)) return
    counts.refused++
    again.catch(() => undefined)
  }

  function judge(key: Key, found: readonly KeyedMark[], asked: { at: number; known: number; how: string }): void {
    const cutoff = found.find((keyed) => keyed.key.value === key.value)?.mark.cutoff ?? 0
    const { at, known, how } = asked
    const required = ledger.required(key.value, at)
    if (cutoff < required) {
      violation ??= `a ${how} answer for key ${key.value}, asked for at ${at}, has cutoff ${cutoff}: ${required} was executed more than maxStaleness before`
    }
    if (cutoff < known && ledger.stands(key.value, known, at)) {
      violation ??= `a ${how} answer for key ${key.value}, asked for at ${at}, has cutoff ${cutoff}: the instance already knew ${known}`
    }
  }

  async function judgeLater(keys: readonly Key[], answer: Promise<readonly KeyedMark[]>): Promise<void> {
    const asked = keys.map((key) => ({ at: host.now(), known: ledger.knows(key.value), how: 'remote' }))
    try {
      const found = await answer
      counts.remote++
      for (const [index, key] of keys.entries()) {
        const of = asked[index]
        if (of !== undefined) judge(key, found, of)
      }
      if (++judged % refusalSample === 0) look(keys)
    } catch {
      counts.rejected++
    }
  }

  return {
    counts,
    violation: () => violation,
    find: (keys) => {
      const answer = store.find(keys)
      if (answer instanceof Promise) return void judgeLater(keys, answer)
      counts.local++
      const at = host.now()
      for (const key of keys) judge(key, answer, { at, known: ledger.knows(key.value), how: 'local' })
    },
    record: (key) => {
      const cutoff = setup.nextCutoff()
      store.record([{ key, mark: { cutoff, expiresAt: Infinity } }]).then(
        () => ledger.told(key.value, cutoff),
        () => counts.rejected++,
      )
    },
    forget: (key) => {
      store.forget([key]).catch(() => counts.rejected++)
    },
  }
}
