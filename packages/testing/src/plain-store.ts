import {
  type Key,
  type Mark,
  MarkExpiredError,
  markCovers,
  mergeMarks,
  mergeSettings,
  type RevocationStore,
  type SharedSettings,
} from '@revoked/core'

/** Returns a store that does what the contract of `RevocationStore` says and nothing else. */
export function plainStore({ now = Date.now }: { readonly now?: () => number } = {}): RevocationStore {
  const marks = new Map<string, Mark>()
  let kept: SharedSettings | undefined
  const addressOf = ({ scope, value }: Key) => JSON.stringify([scope, value])

  function live(key: Key): Mark | undefined {
    const mark = marks.get(addressOf(key))
    return mark !== undefined && mark.expiresAt > now() ? mark : undefined
  }

  return {
    record: async (batch) =>
      batch.map(({ key, mark }) => {
        if (mark.expiresAt <= now()) throw new MarkExpiredError()
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
    agree: async (settings) => {
      const at = now()
      kept = mergeSettings(kept, settings, at)
      return { ...kept, now: at }
    },
  }
}
