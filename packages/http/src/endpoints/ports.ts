/**
 * What the endpoints need of whatever verifies tokens: `RevocableTokens`, `AccessTokens` and
 * `TokenPairs` of `@revoked/jose` fit.
 */
import type { CheckOptions, RevokeOptions, RevokeResult } from '@revoked/core'
import type { TokenClaims } from '../bearer/verifies-tokens.ts'

/** A token whose signature, issuer, audience and type hold, whether or not it may pass. */
export interface InspectedToken {
  readonly claims: TokenClaims
  readonly type: 'access' | 'refresh'
  readonly expired: boolean
}

/** Authenticates tokens. */
interface InspectsTokens {
  inspect(token: string): Promise<InspectedToken>
}

/** Revokes a token: an access token by itself, a refresh token with its session. */
export interface RevokesTokens extends InspectsTokens {
  revoke(token: string | InspectedToken, options?: RevokeOptions): Promise<RevokeResult>
}

/** Revokes a token, or the session that it is of. */
export interface EndsSessions extends RevokesTokens {
  endSession(token: string | InspectedToken, options?: RevokeOptions): Promise<RevokeResult>
}

/** Tells whether tokens may pass. */
export interface IntrospectsTokens extends InspectsTokens {
  verify(token: string | InspectedToken, options?: CheckOptions): Promise<unknown>
  verifyRefresh?(token: string | InspectedToken): Promise<unknown>
}

/** Carries out the logout that a logout token demands. */
export interface RedeemsLogoutTokens {
  redeem(logoutToken: string): Promise<unknown>
}
