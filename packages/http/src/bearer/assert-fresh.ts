import { durationToMs } from '@revoked/core'
import type { GuardOptions } from './guard-options.ts'
import { StaleTokenError } from './stale-token-error.ts'
import type { TokenClaims } from './verifies-tokens.ts'

/** How far the clock of an issuer may be ahead. */
const toleranceMs = 60_000

/**
 * Creates what asserts that the user of a token has authenticated lately. Without `maxAge`, every
 * token passes.
 *
 * @throws TypeError or RangeError for wrong options. The function throws StaleTokenError.
 */
export function createAssertFresh({
  maxAge,
  now = () => Date.now(),
}: Pick<GuardOptions<never>, 'maxAge' | 'now'>): (claims: TokenClaims) => void {
  if (typeof now !== 'function') throw new TypeError('now must be a function.')
  if (maxAge === undefined) return () => undefined
  const maxAgeMs = durationToMs(maxAge, 'maxAge')
  if (maxAgeMs < 1_000 || maxAgeMs % 1_000 !== 0)
    throw new RangeError('maxAge must be whole seconds, at least one: max_age of the challenge counts seconds.')
  return ({ auth_time: authTime }) => {
    if (typeof authTime === 'number') {
      const ageMs = now() - authTime * 1_000
      // One in ms, or one that is made up, would be fresh for ever.
      if (ageMs >= -toleranceMs && ageMs <= maxAgeMs) return
    }
    throw new StaleTokenError(maxAgeMs / 1_000)
  }
}
