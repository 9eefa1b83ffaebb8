import type { Claims } from '../claims/claims.ts'
import { withDeadline } from '../deadline.ts'
import { RevocationUnavailableError } from '../errors.ts'

/**
 * The decision of a check while the store is unavailable: refuse (`'closed'`) or let pass
 * (`'open'`).
 *
 * @example
 * ```ts
 * import type { Claims, FailDecision, Revocation } from '@revoked/core'
 *
 * const decide = (method: string): FailDecision => (method === 'GET' ? 'open' : 'closed')
 * const check = (revocation: Revocation, claims: Claims, method: string) =>
 *   revocation.check(claims, { failPolicy: decide(method) })
 * ```
 */
export type FailDecision = 'closed' | 'open'

/**
 * A decision for all tokens, or a function that decides per token, such as open for reads only. A
 * function that throws, or returns anything but `'open'`, closes: a promise closes too.
 *
 * @example
 * ```ts
 * import { createRevocation, type FailPolicy } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const admins = new Set(['root'])
 * const failPolicy: FailPolicy = (_error, { sub = '' }) => (admins.has(sub) ? 'closed' : 'open')
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '1h', failPolicy })
 * ```
 */
export type FailPolicy = FailDecision | ((error: RevocationUnavailableError, claims: Claims) => FailDecision)

/** @throws TypeError if a value is no policy. A policy that was misspelt would close silently. */
export function assertFailPolicy(policy: unknown): void {
  if (typeof policy === 'function' || policy === 'closed' || policy === 'open') return
  throw new TypeError("failPolicy must be 'closed', 'open' or a function that returns one of them.")
}

/**
 * Returns the decision of the policy, with the error to report. A policy that throws closes, and
 * its error joins the cause.
 */
export function decide(
  policy: FailPolicy,
  error: RevocationUnavailableError,
  claims: Claims,
): { readonly allowed: boolean; readonly error: RevocationUnavailableError } {
  if (typeof policy !== 'function') return { allowed: policy === 'open', error }
  try {
    const decision: unknown = policy(error, claims)
    // A promise is no decision, so it closes. Its rejection must not end the process.
    if (decision instanceof Promise) decision.catch(() => undefined)
    return { allowed: decision === 'open', error }
  } catch (policyError) {
    const cause = new AggregateError(
      [error.cause, policyError],
      'The store failed, and then the failPolicy function did.',
    )
    return { allowed: false, error: unavailable(cause) }
  }
}

/**
 * Returns the error for a store that failed. The message of the store may contain hosts and keys,
 * so it stays in `cause`.
 */
export function unavailable(cause: unknown): RevocationUnavailableError {
  return new RevocationUnavailableError('The revocation store failed or did not answer in time; see cause.', { cause })
}

/** Failures of a write that trying again does not cure: the caller gets them as they are. */
const lastingFailures: readonly unknown[] = ['ERR_MARK_EXPIRED', 'ERR_SETTINGS_CONFLICT', 'ERR_CLOCK_SKEW']

function isLasting(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && lastingFailures.includes(cause.code)
}

/**
 * Returns what the operation resolves to. Everything that goes wrong with a store, or with what it
 * answers, is an outage, except for a mark that has already expired, a conflict of settings and
 * clocks that are too far apart.
 */
export async function orUnavailable<T>(deadlineMs: number, operation: () => Promise<T>): Promise<T> {
  try {
    return await withDeadline(operation(), deadlineMs)
  } catch (cause) {
    throw isLasting(cause) ? cause : unavailable(cause)
  }
}
