import type { Token } from '../claims/claims.ts'
import { exemptionId } from '../claims/token-keys.ts'
import { type RevocationUnavailableError, TokenRevokedError } from '../errors.ts'
import type { IdNamer } from '../store/id-namer.ts'
import { type Mark, type MarkedToken, markRevokes, revokesAny } from '../store/mark.ts'
import type { Key, KeyedMark } from '../store/store.ts'
import { CorruptMarkError } from '../store-errors.ts'
import type { ObservedRefusal } from './mode.ts'

/**
 * The result of `check`. Most callers need `allowed` only.
 *
 * @example
 * ```ts
 * import type { Verdict } from '@revoked/core'
 *
 * function statusOf(verdict: Verdict): number {
 *   if (verdict.allowed) return 200
 *   return verdict.status === 'revoked' ? 401 : 503
 * }
 * ```
 */
export type Verdict =
  | { readonly status: 'active'; readonly allowed: true }
  | {
      readonly status: 'revoked'
      readonly allowed: false
      /**
       * The scope of the mark that revokes it: `jti`, `sid`, `sub`, `all` or the name of a claim.
       * With an allowlist also the id, `sid` or `jti`, that is not listed.
       */
      readonly by: string
      /** The short code that was given to `revoke`, if any, or `not_listed`. */
      readonly reason?: string
    }
  | {
      readonly status: 'unavailable'
      /** The decision of the fail policy. */
      readonly allowed: boolean
      /** Its `cause` is the error of the store. */
      readonly error: RevocationUnavailableError
    }
  | {
      /** Only in the mode `'observe'`: it passes, and would be refused in the mode `'enforce'`. */
      readonly status: 'observed'
      readonly allowed: true
      /** What it would be refused with. */
      readonly error: ObservedRefusal
    }

/** The verdict on a token that nothing revokes. */
export const active: Verdict = Object.freeze({ status: 'active', allowed: true })

/** What is checked: a token, by the marks of these keys. */
export interface JudgedCheck {
  readonly token: Token
  readonly keys: readonly Key[]
  /** Whether it is a refresh token, which `refreshBefore` does not concern. */
  readonly isRefresh: boolean
  readonly nameId: IdNamer
}

/**
 * Returns the verdict on a token by the marks that the store found. Any of them revokes, and the
 * first one in the order of the keys is named.
 */
export function judge({ token, keys, isRefresh, nameId }: JudgedCheck, found: readonly KeyedMark[]): Verdict {
  if (found.length === 0) return active
  const tokens = markedTokens({ token, isRefresh, nameId })
  let isCorrupt = false
  for (const { scope, value } of keys) {
    const marked = markedIn(scope, tokens)
    for (const { key, mark } of found) {
      if (key.scope !== scope || key.value !== value) continue
      if (!markRevokes(mark, marked)) {
        isCorrupt ||= !revokesAny(mark)
        continue
      }
      const reason = reasonFor(mark, marked)
      return { status: 'revoked', allowed: false, by: scope, ...(reason !== undefined && { reason }) }
    }
  }
  if (isCorrupt) throw new CorruptMarkError('The store found a mark that revokes nothing under a key of revocations.')
  return active
}

/** What the marks of a token are compared with: by the token, or by the session that it is of. */
export interface MarkedTokens {
  readonly ofToken: MarkedToken
  readonly ofSession: MarkedToken
}

/** Returns what the marks of a token are compared with. */
export function markedTokens({ token, isRefresh, nameId }: Omit<JudgedCheck, 'keys'>): MarkedTokens {
  const ofToken: MarkedToken = {
    issuedAt: token.issuedAt,
    claimsAt: isRefresh ? undefined : token.claimsAt,
    exemptionId: exemptionId(token, nameId),
  }
  const ofSession = token.sessionAt === token.issuedAt ? ofToken : { ...ofToken, issuedAt: token.sessionAt }
  return { ofToken, ofSession }
}

/**
 * Returns what a mark of that scope is compared with. A claim may have changed at a refresh. Whose
 * token it is, and that it is one, has not.
 */
export function markedIn(scope: string, { ofToken, ofSession }: MarkedTokens): MarkedToken {
  return scope === 'sub' || scope === 'all' ? ofSession : ofToken
}

/**
 * Returns the reason of a mark, unless it belongs to the cutoff and only `refreshBefore` revokes.
 */
function reasonFor(mark: Mark, token: MarkedToken): string | undefined {
  const { refreshBefore, ...plain } = mark
  return refreshBefore === undefined || mark.cutoff === -Infinity || markRevokes(plain, token) ? mark.reason : undefined
}

/**
 * Returns if the verdict lets the token pass.
 *
 * @example
 * ```ts
 * import { assertAllowed, type Claims, type Revocation } from '@revoked/core'
 *
 * async function guard(revocation: Revocation, claims: Claims): Promise<void> {
 *   const verdict = await revocation.check(claims)
 *   if (verdict.status === 'unavailable') console.error(verdict.error.cause)
 *   assertAllowed(verdict)
 * }
 * ```
 *
 * @throws TokenRevokedError if it was revoked.
 * @throws RevocationUnavailableError if the store is unavailable and the policy is closed.
 */
export function assertAllowed(verdict: Verdict): void {
  if (!verdict.allowed) throw refusalOf(verdict)
}

/**
 * Returns the error with which a verdict refuses, or would in the mode `'enforce'`. `undefined` for
 * a verdict that lets the token pass in any mode.
 *
 * @example
 * ```ts
 * import { type Claims, refusalOf, type Revocation } from '@revoked/core'
 *
 * async function wouldRefuse(revocation: Revocation, claims: Claims): Promise<string | undefined> {
 *   return refusalOf(await revocation.check(claims))?.code
 * }
 * ```
 */
export function refusalOf(verdict: Verdict): ObservedRefusal | undefined {
  if (verdict.status === 'revoked') return new TokenRevokedError(verdict.by, verdict.reason)
  if (verdict.status === 'observed') return verdict.error
  return verdict.allowed ? undefined : verdict.error
}
