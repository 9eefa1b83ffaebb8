import type { Token } from '../claims/claims.ts'
import { exemptionId } from '../claims/target.ts'
import { type RevocationUnavailableError, TokenRevokedError } from '../errors.ts'
import { type Mark, type MarkedToken, markRevokes } from '../store/mark.ts'
import type { Key, KeyedMark } from '../store/store.ts'

/** What `check` found out. `allowed` is all that a caller in a hurry needs. */
export type Verdict =
  | { readonly status: 'active'; readonly allowed: true }
  | {
      readonly status: 'revoked'
      readonly allowed: false
      /** The scope of the mark that revokes it: `jti`, `sid`, `sub`, `all` or the name of a claim. */
      readonly by: string
      /** The short code that was given to `revoke`, if any. */
      readonly reason?: string
    }
  | {
      readonly status: 'unavailable'
      /** By the fail policy. */
      readonly allowed: boolean
      /** What the store failed with is its `cause`. */
      readonly error: RevocationUnavailableError
    }

/** The verdict of nearly every check. */
export const active: Verdict = Object.freeze({ status: 'active', allowed: true })

/**
 * Returns the verdict on a token by the marks that the store found. Any of them revokes, and the first
 * one in the order of the keys is named. A refresh token is not concerned by `refreshBefore`.
 */
export function judge(token: Token, keys: readonly Key[], found: readonly KeyedMark[], isRefresh: boolean): Verdict {
  if (found.length === 0) return active
  const { issuedAt } = token
  const marked = { issuedAt, claimsAt: isRefresh ? undefined : token.claimsAt, exemptionId: exemptionId(token) }
  for (const { scope, value } of keys) {
    for (const { key, mark } of found) {
      if (key.scope !== scope || key.value !== value || !markRevokes(mark, marked)) continue
      const reason = reasonFor(mark, marked)
      return { status: 'revoked', allowed: false, by: scope, ...(reason !== undefined && { reason }) }
    }
  }
  return active
}

/** Returns the reason of a mark, unless it belongs to the cutoff and only `refreshBefore` revokes. */
function reasonFor(mark: Mark, token: MarkedToken): string | undefined {
  const { refreshBefore, ...plain } = mark
  return refreshBefore === undefined || mark.cutoff === -Infinity || markRevokes(plain, token) ? mark.reason : undefined
}

/**
 * Returns where the verdict lets the token pass.
 *
 * @throws TokenRevokedError where it was revoked.
 * @throws RevocationUnavailableError where nobody could tell and the policy is closed.
 */
export function assertAllowed(verdict: Verdict): void {
  if (verdict.allowed) return
  throw verdict.status === 'revoked' ? new TokenRevokedError(verdict.by, verdict.reason) : verdict.error
}
