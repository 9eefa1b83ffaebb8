import { type AgreedSettings, decodeSettings, encodeSettings, mergeSettings, type SharedSettings } from '@revoked/core'
import type { DatabaseFunctions } from '../schema/functions.ts'

/** The limit of attempts: services agree once a minute, and seldom on anything new. */
const maxAttempts = 100

/**
 * Merges the settings of one service into those that are kept. Only what is new takes a lock.
 *
 * @param lockMs - How long to wait for a transaction that changes them. `null`: within a
 *   transaction of the caller.
 * @throws SettingsConflictError or CorruptMarkError (rejects).
 */
export async function agree(
  functions: DatabaseFunctions,
  shared: SharedSettings,
  lockMs: number | null,
): Promise<AgreedSettings> {
  let [kept, now] = await readAgreed(functions.read('read_agreed'))
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const merged = mergeSettings(kept === null ? undefined : decodeSettings(kept), shared, now)
    const wanted = encodeSettings(merged)
    if (wanted === kept) return { ...merged, now }
    ;[kept, now] = await readAgreed(
      functions.read('swap_agreed', kept, wanted, lockMs === null ? null : String(lockMs)),
    )
    if (wanted === kept) return { ...merged, now }
  }
  throw new Error(`The settings changed during each of ${maxAttempts} attempts to write them.`)
}

async function readAgreed(answer: Promise<unknown>): Promise<readonly [kept: string | null, now: number]> {
  return (await answer) as readonly [string | null, number]
}
