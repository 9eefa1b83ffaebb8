import type { Duration } from '@revoked/core'
import type { OptionNames } from '../known-options.ts'
import { assertOptions, type RevocableTokenOptions } from '../options.ts'
import { assertSessions } from '../sessions/in-time.ts'
import type { SessionCloser } from '../sessions/session-registry.ts'

/**
 * Options of `createLogoutTokens`.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import type { LogoutTokenOptions } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import { createRemoteJWKSet } from 'jose'
 *
 * const options: LogoutTokenOptions = {
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'our-client-id',
 *   algorithms: ['RS256'],
 *   keys: { publicKey: createRemoteJWKSet(new URL('https://login.example/jwks')) },
 * }
 * ```
 */
export interface LogoutTokenOptions extends Pick<RevocableTokenOptions, 'revocation' | 'algorithms' | 'keys'> {
  /** The OpenID provider whose logout tokens are accepted. */
  readonly issuer: string
  /** Our `client_id` at the provider. */
  readonly audience: string
  /**
   * The issuer of the tokens that are logged out, or all of them: that of your session tokens into
   * which you copied the provider's `sid` and `sub`, or the provider's for its access tokens.
   * Required if the revocation has the issuer `'*'`, which keeps the ids of issuers apart; of no
   * use otherwise.
   */
  readonly sessionIssuer?: string | readonly string[]
  /**
   * How long a logout token without `exp` is accepted after its `iat`, apart from the tolerance.
   * Default `'2m'`.
   */
  readonly maxAge?: Duration
  /**
   * The list of open sessions, from `createSessions` of `@revoked/sessions`: what is logged out is
   * closed there, too, once it is revoked. The subjects on the list must be the `sub`s of the
   * provider, and for logouts by `sid` the ids its `sid`s. A logout token with a `sid` and no `sub`
   * does not say whose session it is: it is revoked, and leaves the list by its next rotation or
   * when it is idle.
   */
  readonly sessions?: SessionCloser
}

/**
 * A logout that an outage prevented: plain data, which JSON keeps.
 *
 * @example
 * ```ts
 * import type { LogoutTokens, LostLogout } from '@revoked/jose'
 *
 * // Tries again what could not be stored. The provider does not send it again.
 * const retry = (logoutTokens: LogoutTokens, lost: LostLogout) => logoutTokens.recover(lost)
 * ```
 */
export interface LostLogout {
  readonly logoutToken: string
  /** Ms since the epoch. */
  readonly receivedAt: number
}

const optionNames: OptionNames<LogoutTokenOptions> = {
  revocation: true,
  issuer: true,
  audience: true,
  algorithms: true,
  keys: true,
  sessionIssuer: true,
  maxAge: true,
  sessions: true,
}

/**
 * @throws TypeError for the first option that is wrong. Keys and durations are validated where they
 *   are used.
 */
export function assertLogoutOptions(options: LogoutTokenOptions): void {
  assertOptions(options, optionNames)
  const { revocation, audience, sessionIssuer, sessions } = options
  if (sessions !== undefined) assertSessions(sessions, ['close', 'closeAll'])
  if (typeof audience !== 'string') throw new TypeError('audience must be a non-empty string: the client_id.')
  if (revocation.issuer === '*') assertSessionIssuer(sessionIssuer)
  else if (sessionIssuer !== undefined)
    throw new TypeError("sessionIssuer is of use only if the revocation has the issuer '*'.")
}

function assertSessionIssuer(sessionIssuer: LogoutTokenOptions['sessionIssuer']): void {
  const names: readonly unknown[] = [sessionIssuer].flat()
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === '')) {
    throw new TypeError(
      "With the issuer '*', sessionIssuer must name the issuer of the tokens to log out: yours for session tokens into which you copied the sid and sub of the provider, or the provider's for its access tokens.",
    )
  }
}
