import type { Claims, Revocation, RevocationErrorCode, Verdict } from '@revoked/core'
import { timeoutMs } from './fault-setup.ts'

/** The time that a loaded machine may add to a deadline. */
const graceMs = 2_000

/** The result of a call: a value or an error. */
export type Outcome<Value> = { readonly value: Value } | { readonly error: unknown }

/** Resolves to the outcome of the promise. Rejects if the promise does not settle in time. */
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

/** Returns the verdict. Throws if it is late, or if the check rejects. */
export async function verdictOn(revocation: Revocation, token: Claims): Promise<Verdict> {
  const outcome = await settled(revocation.check(token), timeoutMs)
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

/** The verdict of a check that the store could not answer. */
export const unavailable = {
  status: 'unavailable',
  allowed: false,
  error: { code: 'ERR_REVOCATION_UNAVAILABLE' satisfies RevocationErrorCode },
} as const

/**
 * Returns the cause of the documented error with which the call failed in time. Throws if the call
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
