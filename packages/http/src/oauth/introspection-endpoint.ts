import type { RevocableTokens, TokenPairs } from '@revoked/jose'
import type { Endpoint } from '../endpoint.ts'
import { answerOutages } from '../outages.ts'
import { problemOf } from '../refusals.ts'
import { success, unavailable } from './answers.ts'
import { createTokenEndpoint, type TokenEndpointOptions } from './token-endpoint.ts'

/** What {@link introspectionEndpoint} takes. */
export interface IntrospectionEndpointOptions extends TokenEndpointOptions {
  /** From one of the factories of `@revoked/jose`. Refresh tokens can be active only if it is `createTokenPairs`. */
  readonly tokens: Pick<RevocableTokens, 'inspect' | 'verify'> & Partial<Pick<TokenPairs, 'verifyRefresh'>>
}

/** Nothing more: why it is not active is not the caller's business (section 2.2). */
const inactive = success({ active: false })

const outage = unavailable(503, 'The token could not be checked')

/**
 * Token introspection (RFC 7662): tells a protected resource whether a token may pass, and what it says.
 *
 * Answers `{ active: true, …claims, token_type }` or `{ active: false }` and nothing more: for a token that was revoked, that expired,
 * that was spent, that is none of ours. The `token_type` is `Bearer` for an access token and `refresh_token` for a refresh token:
 * a resource that took one for the other would let it in. While the store is away, whatever the policy, the answer is 503 and
 * never `active`: a caller with an open policy of its own can still decide. Every client that `authenticateClient` knows may ask about
 * every token.
 *
 * @example
 * ```ts
 * import { createHash, timingSafeEqual } from 'node:crypto'
 * import { createRevocation } from '@revoked/core'
 * import { serve } from '@revoked/http/express'
 * import { type AuthenticateClient, introspectionEndpoint } from '@revoked/http/oauth'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import express from 'express'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
 * })
 *
 * const hash = (secret: string) => createHash('sha256').update(secret).digest()
 * const resources = new Map([['api', hash(crypto.randomUUID())]])
 *
 * const authenticateClient: AuthenticateClient = (credentials) => {
 *   const expected = resources.get(credentials?.clientId ?? '')
 *   if (credentials === undefined || expected === undefined) return undefined
 *   return timingSafeEqual(hash(credentials.clientSecret), expected) ? credentials.clientId : undefined
 * }
 *
 * const app = express()
 * app.use('/oauth', express.urlencoded())
 * app.all('/oauth/introspect', serve(introspectionEndpoint({ tokens, authenticateClient })))
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function introspectionEndpoint(options: IntrospectionEndpointOptions): Endpoint {
  const { tokens } = options
  if (typeof tokens?.inspect !== 'function' || typeof tokens.verify !== 'function')
    throw new TypeError('tokens must come from createRevocableTokens, createAccessTokens or createTokenPairs.')

  async function verify(token: string): Promise<Readonly<Record<string, unknown>>> {
    const { type } = await tokens.inspect(token)
    if (type === 'refresh' && tokens.verifyRefresh !== undefined) {
      const { claims } = await tokens.verifyRefresh(token)
      return { ...claims, active: true, token_type: 'refresh_token' }
    }
    // The answer cannot say "active, perhaps".
    const { claims } = await tokens.verify(token, { failPolicy: 'closed' })
    return { ...claims, active: true, token_type: 'Bearer' }
  }

  const endpoint = createTokenEndpoint(options, async (token) => {
    try {
      return success(await verify(token))
    } catch (error) {
      const problem = problemOf(error)
      if (problem === undefined || problem === 'unavailable') throw error
      return inactive
    }
  })
  return answerOutages(endpoint, options, outage)
}
