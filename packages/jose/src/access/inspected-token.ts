import type { Claims } from '@revoked/core'
import type { JWTPayload } from 'jose'
import type { Times } from './claim-rules.ts'
import type { TokenType } from './token-type.ts'

/**
 * The claims of a verified token: its payload, as far as revocation reads it narrowed.
 *
 * @example
 * ```ts
 * import type { TokenClaims } from '@revoked/jose'
 *
 * const scopesOf = ({ scope }: TokenClaims): readonly string[] => (typeof scope === 'string' ? scope.split(' ') : [])
 * ```
 */
export type TokenClaims = JWTPayload & Claims

/**
 * A token whose signature, issuer, type and audience hold. It may be revoked, expired or not valid
 * yet.
 *
 * Only `inspect` makes one, and freezes it with its claims. `verify`, `revoke` and `endSession` of
 * the same tokens accept it in place of the token, so that a token is verified once. An object of
 * the same shape, or of other tokens, is refused.
 *
 * @example
 * ```ts
 * import type { InspectedToken, RevocableTokens } from '@revoked/jose'
 *
 * // Decides by the claims, then revokes, and verifies the signature once.
 * async function revokeOwn(tokens: RevocableTokens, token: string, sub: string): Promise<void> {
 *   const inspected: InspectedToken = await tokens.inspect(token)
 *   if (inspected.claims.sub === sub) await tokens.revoke(inspected)
 * }
 * ```
 */
export class InspectedToken {
  readonly claims: TokenClaims
  readonly type: TokenType
  /**
   * Whether its `exp` had passed when it was inspected, by more than the tolerance of the
   * revocation.
   */
  readonly expired: boolean
  /**
   * Whether its `nbf` lay ahead when it was inspected, by more than the tolerance of the
   * revocation.
   */
  readonly notYetValid: boolean
  readonly #inspector: object

  /** @internal */
  constructor(inspector: object, token: Pick<InspectedToken, 'claims' | 'type'>, { expired, notYetValid }: Times) {
    this.claims = token.claims
    this.type = token.type
    this.expired = expired
    this.notYetValid = notYetValid
    this.#inspector = inspector
  }

  /**
   * Whether this inspector made the value.
   *
   * @internal
   */
  static isOf(value: unknown, inspector: object): value is InspectedToken {
    return typeof value === 'object' && value !== null && #inspector in value && value.#inspector === inspector
  }
}
