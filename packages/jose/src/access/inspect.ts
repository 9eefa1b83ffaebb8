import { InvalidTokenError } from '../errors.ts'
import type { Authenticate, Authenticated } from './authenticate.ts'
import { type TokenType, typeClaimedBy, typeOf } from './token-type.ts'

/** What a token is, whether or not it may pass. */
export interface InspectedToken extends Pick<Authenticated, 'claims' | 'expired'> {
  readonly type: TokenType
}

/**
 * Authenticates a token of the expected type, or of whichever type it is.
 *
 * @throws InvalidTokenError or KeysUnavailableError.
 */
export type Inspect = (token: string, expected?: TokenType) => Promise<InspectedToken>

/** A refresh token is for its issuer alone, so verifiers that never look at `typ` refuse it all the same. */
export function createInspect(authenticate: Authenticate, issuer: string, audience: string): Inspect {
  const audiences: Readonly<Record<TokenType, string>> = { access: audience, refresh: issuer }

  return async (token, expected) => {
    const type = expected ?? typeClaimedBy(token)
    const { claims, typ, expired } = await authenticate(token, audiences[type])
    if (typeOf(typ) !== type) throw new InvalidTokenError('ERR_TOKEN_TYPE')
    return { claims, type, expired }
  }
}
