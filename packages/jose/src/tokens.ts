import {
  assertAllowed,
  type CheckOptions,
  type Claims,
  type Duration,
  type Revocation,
  type RevokeOptions,
  type RevokeResult,
} from '@revoked/core'
import type { JWTPayload, JWTVerifyOptions } from 'jose'
import { authenticate } from './authenticate.ts'
import { InvalidTokenError } from './errors.ts'
import { createIssue, type IssueClaims, readLifetime } from './issue.ts'
import { type KeyPair, type PublicKeys, readKeys, type SecretKeys } from './keys.ts'

/** What {@link createTokens} takes to verify. */
export interface VerifierOptions {
  /** Where tokens are looked up. Its `clockTolerance` is the verifier's leeway too, so that the two cannot disagree. */
  readonly revocation: Revocation
  /** Stamped into `iss`, and the only one accepted. */
  readonly issuer: string
  /** Stamped into `aud`, and required in it. */
  readonly audience: string
  /** The accepted algorithms (`alg`), named on purpose: a token never chooses its own. The first one signs. */
  readonly algorithms: readonly string[]
  /** What to verify with. */
  readonly keys: SecretKeys | KeyPair | PublicKeys
}

/** What {@link createTokens} takes to issue as well. */
export interface IssuerOptions extends VerifierOptions {
  /** What to sign and verify with. */
  readonly keys: SecretKeys | KeyPair
  /** How long a token lives (`exp - iat`). At most the `maxTokenLifetime` of the revocation. Default `'15m'`. */
  readonly lifetime?: Duration
}

/** A token that may pass. */
export interface VerifiedToken {
  /** Its payload, as far as revocation reads it narrowed. */
  readonly claims: JWTPayload & Claims
  /** `true` where the store was unavailable and the policy lets tokens pass: the token may have been revoked. */
  readonly degraded: boolean
}

/** Verifies tokens and takes them back. */
export interface TokenVerifier {
  /**
   * Verifies signature and registered claims first, then looks for a revocation.
   *
   * @throws InvalidTokenError (401) where it is not valid.
   * @throws InvalidClaimsError or TokenLifetimeError (401) where it is valid, and its claims are unusable.
   * @throws TokenRevokedError (401) where it was revoked.
   * @throws RevocationUnavailableError (503) where the store is unavailable and the policy is closed.
   * @throws KeysUnavailableError (503) where the keys could not be fetched.
   */
  verify(token: string, options?: CheckOptions): Promise<VerifiedToken>
  /**
   * Logs a token out. It is verified first: nobody can fill the store with made-up ids. A token that has expired already is done.
   *
   * @throws InvalidTokenError where it is not valid: nothing was revoked.
   * @throws RevocationUnavailableError where the store failed: never say "you are logged out" then.
   * @throws UnidentifiableTokenError where it has no `jti`.
   */
  revoke(token: string, options?: RevokeOptions): Promise<RevokeResult>
}

/** Issues tokens too. */
export interface Tokens extends TokenVerifier {
  /**
   * Signs a token with a random `jti`, `iat`, `exp`, `iss` and `aud`. It is never born revoked: where its subject was revoked within
   * this very second (a new login right after a password change), `iat` is the exact instant, with its fraction (RFC 7519, section 2).
   *
   * It takes your word that the subject may log in. Make sure of that (password, ban) immediately before: a revocation that
   * falls between that and this call does not reach the new token.
   *
   * @throws TokenRevokedError where its session was revoked.
   * @throws RevocationUnavailableError where the store is unavailable and the policy is closed.
   * @throws InvalidClaimsError where `sub` or `sid` cannot be used.
   * @throws TypeError where `claims` holds one that is stamped.
   */
  issue(claims: IssueClaims): Promise<string>
}

/**
 * JWTs that can be taken back, over jose.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const tokens = createTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
 * })
 *
 * const token = await tokens.issue({ sub: 'alice', sid: 'laptop' })
 * const { claims } = await tokens.verify(token)
 * await tokens.revoke(token, { reason: 'logout' })
 * console.log(claims.sub, 'is logged out')
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createTokens(options: IssuerOptions): Tokens
export function createTokens(options: VerifierOptions): TokenVerifier
export function createTokens(options: IssuerOptions | VerifierOptions): Tokens | TokenVerifier {
  const { revocation, issuer, audience } = options
  if (typeof revocation?.check !== 'function') throw new TypeError('revocation must come from createRevocation.')
  for (const [name, value] of Object.entries({ issuer, audience })) {
    if (typeof value !== 'string' || value === '') throw new TypeError(`${name} must be a non-empty string.`)
  }
  const { signing, verification } = readKeys(options.keys, options.algorithms)
  const algorithms = [...options.algorithms]

  function authenticateNow(token: string): ReturnType<typeof authenticate> {
    const joseOptions: JWTVerifyOptions = {
      algorithms,
      issuer,
      audience,
      requiredClaims: ['exp'],
      clockTolerance: revocation.limits.clockTolerance / 1_000,
      currentDate: new Date(revocation.now()),
    }
    return authenticate(token, verification, joseOptions)
  }

  const verifier: TokenVerifier = {
    verify: async (token, checkOptions) => {
      const { claims, expired } = await authenticateNow(token)
      if (expired) throw new InvalidTokenError('ERR_JWT_EXPIRED', 'exp')
      const verdict = await revocation.check(claims, checkOptions)
      assertAllowed(verdict)
      return { claims, degraded: verdict.status === 'unavailable' }
    },
    revoke: async (token, revokeOptions) => {
      const { claims } = await authenticateNow(token)
      return await revocation.revoke({ token: claims }, revokeOptions)
    },
  }
  if (signing === undefined) return verifier
  const lifetime = readLifetime((options as IssuerOptions).lifetime ?? '15m', revocation)
  return { ...verifier, issue: createIssue({ revocation, issuer, audience, signing, lifetime }) }
}
