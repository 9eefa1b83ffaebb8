import type { Revocation } from '@revoked/core'
import { InvalidTokenError } from '../errors.ts'
import type { Authenticate, AuthenticToken } from './authenticate.ts'
import { judgeTimes } from './claim-rules.ts'
import { InspectedToken } from './inspected-token.ts'
import type { TokenType } from './token-type.ts'

/**
 * Authenticates a token, or judges one again that was inspected before: its `exp` may have passed
 * meanwhile.
 *
 * @throws InvalidTokenError or KeysUnavailableError. InvalidTokenError too if it is not of the
 *   expected type.
 * @throws TypeError for an inspected token of other tokens.
 */
export type Inspect = (token: string | InspectedToken, expected?: TokenType) => InspectedToken | Promise<InspectedToken>

/** Creates the function that inspects tokens. It answers at once if nothing must be verified. */
export function createInspect(authenticate: Authenticate, { now, limits }: Revocation): Inspect {
  const inspector = {}

  function judge(token: AuthenticToken, expected: TokenType | undefined): InspectedToken {
    if (expected !== undefined && token.type !== expected) throw new InvalidTokenError('ERR_TOKEN_TYPE', 'typ')
    return new InspectedToken(inspector, token, judgeTimes(token.claims, now(), limits.clockTolerance))
  }

  // Not an async function: each promise more is on the path of every request.
  return (token, expected) => {
    if (InspectedToken.isOf(token, inspector)) return judge(token, expected)
    if ((token as unknown) instanceof InspectedToken)
      throw new TypeError('The inspected token comes from the inspect of other tokens.')
    return authenticate(token, (authentic) => judge(authentic, expected))
  }
}
