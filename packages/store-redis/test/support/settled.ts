import type { Claims, Revocation, RevocationErrorCode, Verdict } from '@revoked/core'
import { timeoutMs } from './fault-setup.ts'

/** What a loaded machine may add to a deadline. */
const graceMs = 2_000

/** What a call came to. */
export type Outcome<Value> = { readonly value: Value } | { readonly error: unknown }

/** What the promise came to, whichever it was. Rejects if it came to nothing in time. */
export async function settled<Value>(promise: Promise<Value>, deadlineMs: number): Promise<Outcome<Value>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled ${graceMs} ms after its deadline`)), deadlineMs + graceMs)
  })
  const outcome = promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  try {
    return await Promise.race([outcome, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The verdict, which comes in time and never as a rejection. */
export async function verdictOn(revocation: Revocation, token: Claims): Promise<Verdict> {
  const outcome = await settled(revocation.check(token), timeoutMs)
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

/** The only verdict on a token that nobody can tell about. */
export const unavailable = {
  status: 'unavailable',
  allowed: false,
  error: { code: 'ERR_REVOCATION_UNAVAILABLE' satisfies RevocationErrorCode },
} as const

/**
 * What a call that failed in time failed with: the error that callers are promised. Throws where it
 * did not fail.
 */
export async function failureOf(call: Promise<unknown>): Promise<{ readonly reply: unknown }> {
  const outcome = await settled(call, timeoutMs * 5)
  if ('value' in outcome) throw new Error('it resolved, as if it had been done')
  const { code, cause } = outcome.error as { readonly code?: unknown; readonly cause?: unknown }
  if (code !== 'ERR_REVOCATION_UNAVAILABLE') throw outcome.error
  const { reply } = (cause ?? {}) as { readonly reply?: unknown }
  return { reply }
}
