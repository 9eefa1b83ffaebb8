import { setTimeout as delay } from 'node:timers/promises'
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
  let kept = await readKept(functions.read('read_agreed'))
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const { agreed, text } = mergeKept(kept, shared)
    if (text === kept.text) return agreed
    const lock = lockMs === null ? null : String(lockMs)
    kept = await readKept(functions.read('swap_agreed', kept.text, text, lock))
    if (text === kept.text) return { ...agreed, now: kept.now }
  }
  throw new Error(`The settings changed during each of ${maxAttempts} attempts to write them.`)
}

/** How long a transaction waits for another connection to agree on something new, in ms. */
const outsideMs = 1_000

/**
 * Does the same for a transaction of the caller. What is new is agreed on outside of it, if a
 * connection is free: the lock would be held until the commit, and no other service could start.
 */
export async function agreeWithin(
  inside: DatabaseFunctions,
  outside: DatabaseFunctions,
  shared: SharedSettings,
): Promise<AgreedSettings> {
  const kept = await readKept(inside.read('read_agreed'))
  const { agreed, text } = mergeKept(kept, shared)
  if (text === kept.text) return agreed
  // If that fails, the same is tried inside, and fails there for the same reason.
  const elsewhere = agree(outside, shared, outsideMs).catch(() => undefined)
  const agreedElsewhere = await Promise.race([elsewhere, delay(outsideMs, undefined, { ref: false })])
  return agreedElsewhere ?? (await agree(inside, shared, null))
}

interface Kept {
  readonly text: string | null
  /** The clock of the server, in ms since the epoch. */
  readonly now: number
}

async function readKept(answer: Promise<unknown>): Promise<Kept> {
  const [text, now] = (await answer) as readonly [string | null, number]
  return { text, now }
}

function mergeKept(
  { text, now }: Kept,
  shared: SharedSettings,
): { readonly agreed: AgreedSettings; readonly text: string } {
  const merged = mergeSettings(text === null ? undefined : decodeSettings(text), shared, now)
  return { agreed: { ...merged, now }, text: encodeSettings(merged) }
}
