import { type Revocation, RevocationUnavailableError, withDeadline } from '@revoked/core'
import { assertIssuable, givenClaims, type IssueClaims, type SessionClaims } from '../access/issue-claims.ts'
import type { RefreshClaims } from './refresh-claims.ts'

/**
 * Returns the claims of the new pair, from those of the old one: looks up anew what may have
 * changed, such as a role, or refuses by throwing. `sub` and `sid` must stay what they are.
 *
 * @example
 * ```ts
 * import type { Renew } from '@revoked/jose'
 *
 * const renew = (roleOf: (sub: string) => Promise<string>): Renew => async (claims) =>
 *   ({ ...claims, role: await roleOf(claims.sub) })
 * ```
 */
export type Renew = (claims: SessionClaims) => IssueClaims | Promise<IssueClaims>

/** The claims of the next pair, and since when they hold. */
export interface NextClaims {
  readonly claims: SessionClaims
  /** When they were looked up, in seconds. */
  readonly claimsAt: number
}

/**
 * Returns the claims of the next pair. Without `renew`, they are as old as those of the token. With
 * it, they are of the instant before it was called, so that a revocation with `allowRefresh` that
 * it may not have seen yet reaches the new pair.
 *
 * @throws what `renew` throws.
 * @throws RevocationUnavailableError (503) if `renew` takes longer than a revocation may take to be
 *   stored.
 * @throws TypeError if `renew` changes `sub` or `sid`, or returns a claim that is stamped.
 */
export async function readNextClaims(
  token: RefreshClaims,
  renew: Renew | undefined,
  { limits, now }: Revocation,
): Promise<NextClaims> {
  const given = givenClaims(token) as SessionClaims
  if (renew === undefined) return { claims: given, claimsAt: token.claims_at ?? token.iat }
  const claimsAt = now() / 1_000
  const next = await callRenew(renew, given, limits.writeTimeout)
  assertIssuable(next)
  const { sub, sid } = token
  if (next.sub !== sub || (next.sid ?? sid) !== sid)
    throw new TypeError('renew must leave sub and sid as they are: a rotation goes on with the same session.')
  return { claims: { ...next, sid }, claimsAt }
}

/** Calls `renew`, whose errors may be thrown or rejected with. */
function callRenew(renew: Renew, claims: SessionClaims, ms: number): Promise<IssueClaims> {
  const late = (): Error => new RevocationUnavailableError(`renew did not answer within ${ms} ms.`)
  return withDeadline((async () => await renew(claims))(), ms, late)
}
