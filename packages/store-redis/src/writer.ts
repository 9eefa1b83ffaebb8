import { type Key, type KeyedMark, type Mark, markCovers, marksEqual, mergeMarks } from '@revoked/core'
import type { RedisPort } from './clients/port.ts'
import { encodeForgotten, encodeRecorded } from './feed-message.ts'
import type { Partition } from './key-space.ts'
import { forgetScript, recordScript, run } from './scripts.ts'
import { createNonce, fromStored, toStored } from './stored-mark.ts'

/** Writes of one partition. */
export interface Writer {
  /** Merges the mark into what its key holds. Answers whether it revoked anything more. */
  readonly record: (keyed: KeyedMark) => Promise<boolean>
  readonly forget: (key: Key) => Promise<void>
}

/** A key that changes under every attempt, this many times, is being fought over by something else. */
const maxAttempts = 1_000

/** The merge stays in core; the server only compares and sets. */
export function createWriter(port: RedisPort, { feedKey, channel, markKey }: Partition): Writer {
  /** Resolves to what the key holds instead where it does not hold `expected`. */
  async function swap(key: Key, expected: string, mark: Mark): Promise<string | undefined> {
    const nonce = createNonce()
    const args = [
      expected,
      toStored(nonce, mark),
      String(Math.ceil(mark.expiresAt)),
      createNonce(),
      nonce,
      channel,
      encodeRecorded(key, mark),
    ]
    const reply = await run(port, recordScript, [markKey(key), feedKey], args)
    return typeof reply === 'string' ? reply : undefined
  }

  async function record({ key, mark }: KeyedMark): Promise<boolean> {
    let current = ''
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const held = current === '' ? undefined : fromStored(current)
      const merged = held === undefined ? mark : mergeMarks(held, mark)
      if (held !== undefined && marksEqual(held, merged)) return false
      const conflict = await swap(key, current, merged)
      if (conflict === undefined) return held === undefined || !markCovers(held, mark)
      current = conflict
    }
    throw new Error(`The mark changed under ${maxAttempts} attempts to merge into it.`)
  }

  return {
    record,
    forget: async (key) => {
      await run(
        port,
        forgetScript,
        [markKey(key), feedKey],
        [createNonce(), createNonce(), channel, encodeForgotten(key)],
      )
    },
  }
}
