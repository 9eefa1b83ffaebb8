import {
  decodeMark,
  decodeSettings,
  encodeMark,
  encodeSettings,
  type Key,
  type KeyedMark,
  MarkExpiredError,
  markCovers,
  marksEqual,
  mergeMarks,
  mergeSettings,
  type RevocationStore,
} from '@revoked/core'
import type { Backend } from './backend.ts'

/** The address of what the services agreed on. No key has it: theirs begin with `[`. */
const settingsAddress = 'settings'

/**
 * How often a write is tried that others overtake. Each time, somebody else has succeeded, so a
 * write that needs more is a sign of a backend that does not compare.
 */
const maxAttempts = 1_000

/** Returns a store of revocations over a database that can compare and set. */
export function templateStore(backend: Backend): RevocationStore {
  /** Merges one mark, and returns whether it revokes more than before. */
  async function merge({ key, mark }: KeyedMark, at: number): Promise<boolean> {
    const address = addressOf(key)
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const [expected] = await backend.get([address])
      const found = expected === undefined ? undefined : decodeMark(expected)
      const held = found !== undefined && found.expiresAt > at ? found : undefined
      const merged = held === undefined ? mark : mergeMarks(held, mark)
      if (held !== undefined && marksEqual(held, merged)) return false
      const { expiresAt } = merged
      if (await backend.compareAndSet(address, { expected, text: encodeMark(merged), expiresAt })) {
        return held === undefined || !markCovers(held, mark)
      }
    }
    throw new Error('Another write was always first.')
  }

  return {
    record: async (marks) => {
      const at = await backend.now()
      if (marks.some(({ mark }) => mark.expiresAt <= at)) throw new MarkExpiredError()
      const changed: boolean[] = []
      for (const keyed of marks) changed.push(await merge(keyed, at))
      return changed
    },

    find: async (keys) => {
      const [texts, at] = await Promise.all([backend.get(keys.map(addressOf)), backend.now()])
      return keys.flatMap((key, index) => {
        const text = texts[index]
        const mark = text === undefined ? undefined : decodeMark(text)
        return mark !== undefined && mark.expiresAt > at ? [{ key, mark }] : []
      })
    },

    forget: (keys) => backend.delete(keys.map(addressOf)),

    agree: async (settings) => {
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const [[expected], now] = await Promise.all([backend.get([settingsAddress]), backend.now()])
        const merged = mergeSettings(expected === undefined ? undefined : decodeSettings(expected), settings, now)
        const text = encodeSettings(merged)
        const change = { expected, text, expiresAt: undefined }
        if (text === expected || (await backend.compareAndSet(settingsAddress, change))) return { ...merged, now }
      }
      throw new Error('Another write was always first.')
    },
  }
}

/** Two different keys never have the same address, whatever they contain. */
function addressOf({ scope, value }: Key): string {
  return JSON.stringify([scope, value])
}
