import type { Token } from '../claims/claims.ts'
import { sparingId } from '../claims/target.ts'
import { type RevocationUnavailableError, TokenRevokedError } from '../errors.ts'
import { markRevokes } from '../store/mark.ts'
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

/** Any of the marks that the store found revokes: the first one in the order of the keys is named. */
export function judge(token: Token, keys: readonly Key[], found: readonly KeyedMark[]): Verdict {
  if (found.length === 0) return active
  const marked = { issuedAt: token.issuedAt, sparingId: sparingId(token) }
  for (const { scope, value } of keys) {
    for (const { key, mark } of found) {
      if (key.scope === scope && key.value === value && markRevokes(mark, marked)) {
        return {
          status: 'revoked',
          allowed: false,
          by: scope,
          ...(mark.reason !== undefined && { reason: mark.reason }),
        }
      }
    }
  }
  return active
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
