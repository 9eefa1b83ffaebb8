import type { Duration, Revocation } from '@revoked/core'
import type { TokenCacheOptions } from './access/token-cache.ts'
import type { AcceptUntyped } from './access/token-type.ts'
import type { KeyPair, PublicKeys, SecretKeys } from './keys/keys.ts'
import { assertKnownOptions, type OptionNames } from './known-options.ts'
import type { SessionRegistry } from './sessions/session-registry.ts'

/**
 * Options of `createRevocableTokens`, which verifies and revokes.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import type { RevocableTokenOptions } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import { createRemoteJWKSet } from 'jose'
 *
 * const options: RevocableTokenOptions = {
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['RS256'],
 *   keys: { publicKey: createRemoteJWKSet(new URL('https://login.example/jwks')) },
 *   cache: {},
 * }
 * ```
 */
export interface RevocableTokenOptions {
  /**
   * Where tokens are looked up. Its `clockTolerance` is the verifier's leeway too, so that the two
   * cannot disagree.
   */
  readonly revocation: Revocation
  /** Stamped into `iss`, and the only one accepted. */
  readonly issuer: string
  /** Stamped into `aud`. A token must be for it, or for one of them if there are several. */
  readonly audience: string | readonly string[]
  /**
   * The accepted algorithms (`alg`), named on purpose: a token never chooses its own. The first one
   * signs.
   */
  readonly algorithms: readonly string[]
  /** What to verify with. */
  readonly keys: SecretKeys | KeyPair | PublicKeys
  /**
   * Whether access tokens without an explicit type are accepted, with the `typ` `JWT` or with none:
   * those of other issuers. By default an access token must have the `typ` `at+jwt` (RFC 9068), as
   * those that are issued here have.
   *
   * With `true`, the claims must show that it is an access token: `scope`, `scp`, `appid`,
   * `azpacr`, `token_use: 'access'`, or `typ: 'Bearer'`. A function decides by the verified claims
   * instead. In either case a token with `events`, `nonce`, `at_hash`, `c_hash` or `s_hash`, or
   * with another `typ` or `token_use`, is refused: a logout token or an ID token.
   */
  readonly acceptUntyped?: AcceptUntyped
  /**
   * Keeps verified access tokens, so that their signatures are not verified again. `exp`, `nbf` and
   * revocation are checked every time. Off by default. `{}` stands for the defaults.
   */
  readonly cache?: TokenCacheOptions
}

/**
 * Options of `createAccessTokens`, which issues as well.
 *
 * @example
 * ```ts
 * import type { AccessTokenOptions } from '@revoked/jose'
 *
 * const shared: Pick<AccessTokenOptions, 'issuer' | 'audience' | 'algorithms' | 'lifetime'> = {
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   lifetime: '5m',
 * }
 * ```
 */
export interface AccessTokenOptions extends RevocableTokenOptions {
  /** What to sign and verify with. */
  readonly keys: SecretKeys | KeyPair
  /**
   * How long an access token lives (`exp - iat`). At most the `maxTokenLifetime` of the revocation.
   * Default `'15m'`.
   */
  readonly lifetime?: Duration
  /**
   * The list of open sessions, if each access token is a session by itself: `issue` opens it with
   * the `jti` as its id, `revoke` and `redeem` close it. To refuse tokens that are not listed, give
   * the same store to `allowlist: { sessions, by: 'jti' }` of `createRevocation`.
   */
  readonly sessions?: SessionRegistry
}

/**
 * Options of `createTokenPairs`, which issues refresh tokens, too.
 *
 * @example
 * ```ts
 * import type { TokenPairOptions } from '@revoked/jose'
 *
 * const refresh: TokenPairOptions['refresh'] = { lifetime: '30d', absoluteLifetime: '90d', grace: '10s' }
 * ```
 */
export interface TokenPairOptions<Device = unknown> extends Omit<AccessTokenOptions, 'sessions'> {
  readonly refresh: RefreshOptions
  /**
   * The list of open sessions: `createSessions` of `@revoked/sessions`. `issuePair` opens a
   * session, whose id is the `sid`, `rotate` notes its use, and `revoke` of a refresh token,
   * `endSession` and a reuse close it. The end of the session on the list bounds its tokens.
   */
  readonly sessions?: SessionRegistry<Device>
  /**
   * With an allowlist: when every issuer had `sessions`, in ms since the epoch. Sessions from
   * before are not listed yet, and are listed by their next rotation. Later ones that are not
   * listed are refused, and so is every one that would be over by the longest lifetime of the list.
   * Default: all that are not listed are refused.
   */
  readonly sessionsSince?: number
}

/**
 * Options for refresh tokens.
 *
 * @example
 * ```ts
 * import type { RefreshOptions } from '@revoked/jose'
 *
 * const refresh: RefreshOptions = { lifetime: '7d', absoluteLifetime: '30d', grace: '10s' }
 * ```
 */
export interface RefreshOptions {
  /**
   * How long a refresh token lives (`exp - iat`), which is how long a session may lie idle. At most
   * the `maxTokenLifetime` of the revocation. Tokens out of a rotation are dated back by five times
   * the `timeout` and one minute, and are good for so much less.
   */
  readonly lifetime: Duration
  /**
   * How long a session lasts from its login on, however often it is refreshed. The login fixes the
   * end, the refresh token carries it (`session_exp`), and no instance extends it. `lifetime` of
   * `issuePair` takes its place. Default: a session lasts as long as it is refreshed.
   */
  readonly absoluteLifetime?: Duration
  /**
   * For how long after its first use the same refresh token is answered again: for a client that
   * lost the answer, or that asked twice at the same time. It is over once the successor is used,
   * and it does not forgive two generations in a row. A thief has the same time, so give seconds:
   * at most `'5m'`. Default 0: the second use ends the session.
   */
  readonly grace?: Duration
}

export const revocableTokenOptionNames: OptionNames<RevocableTokenOptions> = {
  revocation: true,
  issuer: true,
  audience: true,
  algorithms: true,
  keys: true,
  acceptUntyped: true,
  cache: true,
}
export const accessTokenOptionNames: OptionNames<AccessTokenOptions> = {
  ...revocableTokenOptionNames,
  lifetime: true,
  sessions: true,
}
export const tokenPairOptionNames: OptionNames<TokenPairOptions> = {
  ...accessTokenOptionNames,
  refresh: true,
  sessionsSince: true,
}
export const refreshOptionNames: OptionNames<RefreshOptions> = {
  lifetime: true,
  absoluteLifetime: true,
  grace: true,
}

/**
 * Validates the options that every factory has. Keys and durations are validated where they are
 * used.
 *
 * @throws TypeError for the first option that is wrong, or that the factory does not have.
 */
export function assertOptions(options: RevocableTokenOptions, names: OptionNames<object>): void {
  assertKnownOptions(options, names)
  const { revocation, issuer, audience, acceptUntyped = false } = options
  if (typeof revocation?.check !== 'function') throw new TypeError('revocation must come from createRevocation.')
  if (!isText(issuer)) throw new TypeError('issuer must be a non-empty string.')
  if (!isText(audience) && !(Array.isArray(audience) && audience.length > 0 && audience.every(isText)))
    throw new TypeError('audience must be a non-empty string, or an array of them.')
  if (typeof acceptUntyped !== 'boolean' && typeof acceptUntyped !== 'function')
    throw new TypeError('acceptUntyped must be a boolean, or a function of the verified claims that returns one.')
}

/** Returns the audiences as a list. */
export function audiencesOf({ audience }: Pick<RevocableTokenOptions, 'audience'>): readonly string[] {
  return typeof audience === 'string' ? [audience] : [...audience]
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
