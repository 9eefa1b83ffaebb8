import type { Duration, FailDecision, RevocationMode } from '@revoked/core'
import { createAdmit } from '../../bearer/admission.ts'
import { readCheckOptions } from '../../bearer/check-options.ts'
import { beforeDeadline, readTimeout } from '../../bearer/deadline.ts'
import { assertHooks, type RequestOutcome } from '../../bearer/guard-options.ts'
import type { OptionNames } from '../../bearer/known-options.ts'
import { refuse, reportObserved } from '../../bearer/refuse.ts'
import type { VerifiesTokens } from '../../bearer/verifies-tokens.ts'
import { type AuthInfo, type AuthInfoRules, authInfoOf, standardClientId } from './auth-info.ts'

/**
 * A verifier of access tokens, as `OAuthTokenVerifier` of the SDK.
 *
 * @example
 * ```ts
 * import type { AccessTokenVerifier } from '@revoked/http/mcp'
 *
 * const clientOf = async (verifier: AccessTokenVerifier, token: string): Promise<string> =>
 *   (await verifier.verifyAccessToken(token)).clientId
 * ```
 */
export interface AccessTokenVerifier {
  readonly verifyAccessToken: (token: string) => Promise<AuthInfo>
}

/**
 * Options for {@link tokenVerifier}.
 *
 * @example
 * ```ts
 * import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
 * import type { VerifiesTokens } from '@revoked/http'
 * import type { TokenVerifierOptions } from '@revoked/http/mcp'
 *
 * // A provider that names the client in `cid`, and whose tokens are for two servers.
 * const options = (tokens: VerifiesTokens): TokenVerifierOptions => ({
 *   tokens,
 *   InvalidTokenError,
 *   clientIdOf: ({ cid }) => cid,
 *   resource: 'https://mcp.example/mcp',
 *   onUnavailable: (error) => console.error('tokens cannot be checked', error),
 * })
 * ```
 */
export interface TokenVerifierOptions {
  /** From one of the factories of `@revoked/jose`. */
  readonly tokens: VerifiesTokens
  /**
   * The class of the SDK, from `@modelcontextprotocol/sdk/server/auth/errors.js`. Its middleware
   * answers 401 to instances of this class only.
   */
  readonly InvalidTokenError: new (
    message: string,
  ) => Error
  /**
   * Returns the id of the client that a token was issued to. A token without one is refused.
   * Default: `client_id` (RFC 9068, section 2.2), or `azp`.
   */
  readonly clientIdOf?: (claims: Parameters<AuthInfoRules['clientIdOf']>[0]) => unknown
  /**
   * The audience of this server, which `AuthInfo.resource` names if the token is for it. Needed for
   * `expectedResource` of the SDK if tokens have several audiences. Default: the only audience of
   * the token.
   */
  readonly resource?: string | URL
  /** What an unavailable store means, in place of the policy of the revocation. */
  readonly failPolicy?: FailDecision
  /**
   * `'observe'` lets tokens pass that would be refused by their revocation, and reports them.
   * Default: the mode of the revocation.
   */
  readonly mode?: RevocationMode
  /**
   * `'required'` refuses tokens without `sub`, so that the subject of every request can be revoked.
   *
   * @default 'required'
   */
  readonly subject?: 'required' | 'optional'
  /**
   * How long a verification may take, keys that must be fetched included.
   *
   * @default '15s'
   */
  readonly timeout?: Duration
  /**
   * Called with every error that means an outage; `error.cause` holds why. The verifier knows no
   * request. The outcome says whether the token was refused, or passed because of the mode.
   */
  readonly onUnavailable?: (error: unknown, request: undefined, outcome: RequestOutcome) => unknown
  /** Called likewise with the reason of every refusal, with its `code`, `problem` or `claim`. */
  readonly onRefused?: (error: unknown, request: undefined, outcome: RequestOutcome) => unknown
}

const optionNames: OptionNames<TokenVerifierOptions> = {
  tokens: true,
  InvalidTokenError: true,
  clientIdOf: true,
  resource: true,
  failPolicy: true,
  mode: true,
  subject: true,
  timeout: true,
  onUnavailable: true,
  onRefused: true,
}

/**
 * Creates the verifier for `requireBearerAuth` of the official SDK of the Model Context Protocol.
 * Tokens are verified and looked up with every request.
 *
 * - A token that is revoked, expired or not valid rejects with an `InvalidTokenError` of the SDK:
 *   the answer is 401, with the challenge of RFC 6750.
 * - If the store or the keys are unavailable, it rejects with the error of this library, whose
 *   `status` is 503. The middleware of the SDK answers 500 to every such error: put it into
 *   {@link answerOutages}, which answers 503.
 *
 * @example
 * ```ts
 * import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
 * import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
 * import { createRevocation } from '@revoked/core'
 * import { answerOutages, tokenVerifier } from '@revoked/http/mcp'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import express from 'express'
 * import { createRemoteJWKSet } from 'jose'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://mcp.example/mcp',
 *   algorithms: ['RS256'],
 *   keys: { publicKey: createRemoteJWKSet(new URL('https://login.example/jwks')) },
 * })
 * const verifier = tokenVerifier({ tokens, InvalidTokenError })
 *
 * const app = express()
 * app.use('/mcp', answerOutages(requireBearerAuth, { verifier, requiredScopes: ['mcp:tools'] }))
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function tokenVerifier(options: TokenVerifierOptions): AccessTokenVerifier {
  const { tokens, InvalidTokenError, timeout = '15s' } = options
  // The hooks take an error alone: what there is of a request is its token.
  assertHooks(options, optionNames)
  if (typeof tokens?.verify !== 'function')
    throw new TypeError('tokens must come from a factory of @revoked/jose, such as createRevocableTokens.')
  if (typeof InvalidTokenError !== 'function')
    throw new TypeError(
      'InvalidTokenError must be the class of @modelcontextprotocol/sdk/server/auth/errors.js, to which its middleware answers 401.',
    )
  const rules = readRules(options)
  const timeoutMs = readTimeout(timeout)
  const admit = createAdmit(options)
  const optionsFor = readCheckOptions(options)

  return {
    verifyAccessToken: async (token) => {
      try {
        const verified = await beforeDeadline(timeoutMs, tokens.verify(token, optionsFor(undefined)))
        const admitted = admit(verified)
        if (admitted.observed !== undefined) reportObserved(admitted.observed, undefined, options)
        return authInfoOf(token, admitted, rules)
      } catch (error) {
        const refusal = refuse(error, undefined, options)
        if (refusal === undefined || refusal.status === 503) throw error
        throw new InvalidTokenError(String(refusal.body?.['error_description']))
      }
    },
  }
}

/** @throws TypeError for wrong options. */
function readRules({ clientIdOf = standardClientId, resource }: TokenVerifierOptions): AuthInfoRules {
  if (typeof clientIdOf !== 'function') throw new TypeError('clientIdOf must be a function.')
  if (resource !== undefined && !URL.canParse(String(resource)))
    throw new TypeError('resource must be a URL: the audience of this server.')
  return { clientIdOf, resource: resource === undefined ? undefined : new URL(resource) }
}
