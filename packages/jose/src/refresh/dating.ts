import type { Revocation } from '@revoked/core'
import type { RefreshClaims } from './refresh-claims.ts'

/** The longest time, in ms, for which a cache may go on without a revocation that was recorded. */
const longestStalenessMs = 60_000

/** The shortest time, in ms, for which a token out of a rotation is to be good. */
const shortestUseMs = 30_000

/**
 * Returns how far a rotated pair is dated back, in ms: as far as a revocation may have been under
 * way, or unknown to a cache, when the rotation looked for it. The cutoff of a revocation that the
 * rotation did not find therefore reaches the new pair.
 */
function datingBackMs({ limits }: Revocation): number {
  return limits.writeTimeout + longestStalenessMs
}

/**
 * Asserts that tokens of this lifetime are still good for a while when they come out of a rotation.
 * Their lifetime counts from `iat`, which is dated back: `exp - iat` is never more than the
 * lifetime.
 *
 * @param lifetime - In whole seconds.
 * @throws RangeError for a lifetime that is too short, with the shortest one that is accepted.
 */
export function assertOutlivesDating(lifetime: number, name: string, revocation: Revocation): void {
  const backMs = datingBackMs(revocation)
  const least = Math.ceil((backMs + shortestUseMs) / 1_000)
  if (lifetime >= least) return
  throw new RangeError(
    `${name} must be at least ${least} s: rotated tokens are dated back by ${backMs / 1_000} s, and are to be good for at least ${shortestUseMs / 1_000} s after that. The timeout of the revocation decides how far they are dated back.`,
  )
}

/**
 * Returns the `iat` of a pair that was asked for at an instant, in seconds. It is not earlier than
 * that of the old token, which nothing has revoked.
 */
export function dateBack({ iat }: RefreshClaims, at: number, revocation: Revocation): number {
  return Math.max(iat, Math.floor((at - datingBackMs(revocation)) / 1_000))
}
