import { type Key, type Mark, markCovers, mergeMarks, type RevocationStore } from '@revoked/core'

/** The contract of `RevocationStore` and nothing else: no capacity, no sweep, no faults. */
export function plainStore({ now = Date.now }: { readonly now?: () => number } = {}): RevocationStore {
  const marks = new Map<string, Mark>()
  const addressOf = ({ scope, value }: Key) => JSON.stringify([scope, value])

  function live(key: Key): Mark | undefined {
    const mark = marks.get(addressOf(key))
    return mark !== undefined && mark.expiresAt > now() ? mark : undefined
  }

  return {
    record: async (batch) =>
      batch.map(({ key, mark }) => {
        if (mark.expiresAt <= now()) return false
        const held = live(key)
        marks.set(addressOf(key), held === undefined ? mark : mergeMarks(held, mark))
        return held === undefined || !markCovers(held, mark)
      }),
    find: async (keys) =>
      keys.flatMap((key) => {
        const mark = live(key)
        return mark === undefined ? [] : [{ key, mark }]
      }),
    forget: async (keys) => {
      for (const key of keys) marks.delete(addressOf(key))
    },
  }
}
