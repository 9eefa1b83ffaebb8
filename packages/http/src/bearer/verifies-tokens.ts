/** What the guards need of whatever verifies tokens. */
import type { CheckOptions, Claims, ObservedRefusal } from '@revoked/core'

/**
 * The claims of a verified token: its payload.
 *
 * @example
 * ```ts
 * import type { TokenClaims } from '@revoked/http'
 *
 * const rolesOf = ({ roles }: TokenClaims): readonly unknown[] => (Array.isArray(roles) ? roles : [])
 * ```
 */
export interface TokenClaims extends Claims {
  readonly aud?: string | readonly string[] | undefined
  readonly nbf?: number | undefined
  readonly [claim: string]: unknown
}

/**
 * The claims of a token that passed a guard: it has a subject.
 *
 * @example
 * ```ts
 * import type { SubjectClaims } from '@revoked/http'
 *
 * const ownerOf = ({ sub }: SubjectClaims): string => sub
 * ```
 */
export interface SubjectClaims extends TokenClaims {
  readonly sub: string
}

/**
 * A verified token.
 *
 * @example
 * ```ts
 * import type { VerifiedToken } from '@revoked/http'
 *
 * const subjectOf = ({ claims }: VerifiedToken): string | undefined => claims.sub
 * ```
 */
export interface VerifiedToken {
  readonly claims: TokenClaims
  /**
   * `true` if the store was unavailable and the policy lets tokens pass: it may have been revoked.
   */
  readonly degraded: boolean
  /** Only in the mode `'observe'`: what the token would be refused with. */
  readonly observed?: ObservedRefusal
}

/**
 * A verifier of tokens. `RevocableTokens`, `AccessTokens` and `TokenPairs` of `@revoked/jose` fit.
 *
 * `verify` rejects with an error of this library, such as `TokenRevokedError`, to refuse a token,
 * and to report that the store or the keys are unavailable. Every other error is a defect.
 *
 * @example
 * ```ts
 * import type { VerifiesTokens } from '@revoked/http'
 *
 * // Tokens for the tests of a handler: each token is the name of its subject.
 * const tokens: VerifiesTokens = { verify: async (sub) => ({ claims: { sub }, degraded: false }) }
 * ```
 */
export interface VerifiesTokens {
  verify(token: string, options?: CheckOptions): Promise<VerifiedToken>
}
