import { type Revocation, RevocationUnavailableError } from '@revoked/core'
import { assertIssuable, givenClaims, type IssueClaims, type SessionClaims } from '../access/issue-claims.ts'
import type { RefreshClaims } from './refresh-claims.ts'

// Every JavaScript runtime has these two; the language's own library does not declare them.
declare function setTimeout(callback: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void

/**
 * Returns the claims of the new pair, from those of the old one: looks up anew what may have changed, such
 * as a role, or refuses by throwing. `sub` and `sid` must stay what they are.
 */
export type Renew = (claims: SessionClaims) => IssueClaims | Promise<IssueClaims>

/**
 * Returns the claims of the next pair.
 *
 * @throws what `renew` throws.
 * @throws RevocationUnavailableError (503) if `renew` takes longer than a revocation may take to be stored.
 * @throws TypeError if `renew` changes `sub` or `sid`, or returns a claim that is stamped.
 */
export async function claimsOfNext(
  claims: RefreshClaims,
  renew: Renew | undefined,
  { limits }: Revocation,
): Promise<SessionClaims> {
  const given = givenClaims(claims) as SessionClaims
  if (renew === undefined) return given
  const next = await withDeadline(async () => await renew(given), limits.writeTimeout)
  assertIssuable(next)
  const { sub, sid } = claims
  if (next.sub !== sub || (next.sid ?? sid) !== sid)
    throw new TypeError('renew must leave sub and sid as they are: a rotation goes on with the same session.')
  return { ...next, sid }
}

/** Settles as the operation does, or rejects once the deadline has passed. What it does then is ignored. */
async function withDeadline<T>(operation: () => Promise<T>, ms: number): Promise<T> {
  let timer: unknown
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RevocationUnavailableError(`renew did not answer within ${ms} ms.`)), ms)
  })
  try {
    return await Promise.race([operation(), late])
  } finally {
    clearTimeout(timer)
  }
}
