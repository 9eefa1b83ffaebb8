import { InvalidClaimsError, type ObservedRefusal } from '@revoked/core'
import type { Answer } from './answer.ts'
import { createAssertFresh } from './assert-fresh.ts'
import type { GuardOptions } from './guard-options.ts'
import type { SubjectClaims, VerifiedToken } from './verifies-tokens.ts'

/**
 * A request that may go on, with its verified claims, or the answer that refuses it.
 *
 * @example
 * ```ts
 * import type { Admission } from '@revoked/http'
 *
 * const statusOf = (admission: Admission): number => admission.refusal?.status ?? 200
 * ```
 */
export type Admission = Admitted | { readonly refusal: Answer }

/**
 * A request that may go on.
 *
 * @example
 * ```ts
 * import type { Admitted } from '@revoked/http'
 *
 * const mayPay = ({ claims, degraded }: Admitted): boolean => !degraded && claims['role'] === 'owner'
 * ```
 */
export interface Admitted {
  readonly claims: SubjectClaims
  /**
   * `true` if the store was unavailable and the policy let the token pass: it may have been
   * revoked.
   */
  readonly degraded: boolean
  /** Only in the mode `'observe'`: what the request would be refused with. */
  readonly observed?: ObservedRefusal
  readonly refusal?: never
}

/**
 * Returns the function that admits verified tokens.
 *
 * @throws TypeError or RangeError for a wrong option. The function throws InvalidClaimsError for a
 *   token without a subject that must have one, and StaleTokenError for one whose user
 *   authenticated too long ago.
 */
export function createAdmit(
  options: Pick<GuardOptions<never>, 'subject' | 'maxAge' | 'now'>,
): (verified: VerifiedToken) => Admitted {
  const { subject = 'required' } = options
  if (subject !== 'required' && subject !== 'optional') throw new TypeError("subject must be 'required' or 'optional'.")
  const assertFresh = createAssertFresh(options)
  return (verified) => {
    if (subject === 'required' && verified.claims.sub === undefined)
      throw new InvalidClaimsError("The token has no sub, which is accepted with subject: 'optional' only.", 'sub')
    assertFresh(verified.claims)
    return verified as Admitted
  }
}
