import type { OptionNames } from '../bearer/known-options.ts'
import { problemOf } from '../bearer/refusals.ts'
import { success, unavailable } from './answers.ts'
import { type ClientEndpointOptions, clientEndpointOptionNames, createClientEndpoint } from './client-endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import type { InspectedToken, IntrospectsTokens } from './ports.ts'
import { ownerOf } from './token-owner.ts'

/**
 * Decides whether a client may see a token. The token is authentic; it may be expired or revoked.
 *
 * @example
 * ```ts
 * import type { MayInspect } from '@revoked/http/oauth'
 *
 * const mayInspect: MayInspect = (clientId, { claims }) => claims.aud === clientId || claims['client_id'] === clientId
 * ```
 */
export type MayInspect = (
  clientId: string,
  token: Pick<InspectedToken, 'claims' | 'type'>,
) => boolean | Promise<boolean>

/**
 * Options for {@link introspectionEndpoint}.
 *
 * @example
 * ```ts
 * import type { ClientEndpointOptions, IntrospectionEndpointOptions } from '@revoked/http/oauth'
 * import type { TokenPairs } from '@revoked/jose'
 *
 * const options = (shared: ClientEndpointOptions, tokens: TokenPairs): IntrospectionEndpointOptions => ({
 *   ...shared,
 *   tokens,
 *   mayInspect: (clientId, { claims }) => claims.aud === clientId,
 * })
 * ```
 */
export interface IntrospectionEndpointOptions extends ClientEndpointOptions {
  /**
   * From one of the factories of `@revoked/jose`. A refresh token can be active only if it comes
   * from `createTokenPairs`.
   */
  readonly tokens: IntrospectsTokens
  /**
   * Decides per token whether a client may see it. The token is inactive for all others.
   *
   * By default a client sees the tokens that were issued to it (claim `client_id` or `azp`) or for
   * it (its client id is in `aud`). A resource server whose client id is not its audience needs
   * this option:
   * `(clientId, { claims, type }) => type === 'access' && claims.aud === audiences.get(clientId)`.
   */
  readonly mayInspect?: MayInspect
}

/** Says nothing more: the caller must not learn why the token is not active (section 2.2). */
const inactive = success({ active: false })

const outage = unavailable(503, 'The token could not be checked')

const optionNames: OptionNames<IntrospectionEndpointOptions> = {
  ...clientEndpointOptionNames,
  tokens: true,
  mayInspect: true,
}

/**
 * Creates a token introspection endpoint (RFC 7662): tells a client whether a token may pass, and
 * returns its claims.
 *
 * - `{ active: true, …claims, token_type }` for a token that may pass and that the client may see.
 *   `token_type` is `Bearer` for an access token and `refresh_token` for a refresh token, so that
 *   no resource server takes one for the other.
 * - `{ active: false }` and nothing more for every other token: revoked, expired, not yet valid,
 *   spent, malformed, of another issuer, or not for this client (section 2.2).
 * - 503 while the store or the keys are unavailable, whatever the fail policy: the answer is never
 *   `active` then.
 *
 * What only the issuer needs is never disclosed (`fam`, by which refresh tokens are told apart).
 *
 * @example
 * ```ts
 * import { createHash, timingSafeEqual } from 'node:crypto'
 * import { createRevocation } from '@revoked/core'
 * import { toHandler } from '@revoked/http/express'
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
 *   keys: { secret: new TextEncoder().encode(process.env['JWT_SECRET']) },
 * })
 *
 * const hash = (secret: string) => createHash('sha256').update(secret).digest()
 * const resources = new Map([
 *   ['api', { secretHash: hash(crypto.randomUUID()), audience: 'https://api.example' }],
 * ])
 *
 * const authenticateClient: AuthenticateClient = (credentials) => {
 *   const resource = resources.get(credentials?.clientId ?? '')
 *   if (credentials === undefined || resource === undefined) return undefined
 *   return timingSafeEqual(hash(credentials.clientSecret), resource.secretHash) ? credentials.clientId : undefined
 * }
 *
 * const endpoint = introspectionEndpoint({
 *   tokens,
 *   authenticateClient,
 *   mayInspect: (clientId, { claims, type }) =>
 *     type === 'access' && claims.aud === resources.get(clientId)?.audience,
 * })
 *
 * const app = express()
 * app.all('/oauth/introspect', toHandler(endpoint))
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function introspectionEndpoint(options: IntrospectionEndpointOptions): Endpoint {
  const { tokens, mayInspect = isOwnOrAudience } = options
  if (typeof tokens?.inspect !== 'function' || typeof tokens.verify !== 'function')
    throw new TypeError('tokens must come from a factory of @revoked/jose, such as createRevocableTokens.')
  if (typeof mayInspect !== 'function') throw new TypeError('mayInspect must be a function.')

  async function introspect(token: string, clientId: string): Promise<Readonly<Record<string, unknown>>> {
    const inspected = await tokens.inspect(token)
    const { claims, type } = inspected
    // Only `true` itself: a forgotten `return` or `await` must not open everything.
    if ((await mayInspect(clientId, { claims, type })) !== true) return { active: false }
    if (type === 'refresh' && tokens.verifyRefresh !== undefined) {
      await tokens.verifyRefresh(inspected)
      return { ...disclosable(claims), active: true, token_type: 'refresh_token' }
    }
    // The answer cannot say "active, perhaps".
    await tokens.verify(inspected, { failPolicy: 'closed' })
    return { ...disclosable(claims), active: true, token_type: 'Bearer' }
  }

  return createClientEndpoint(options, {
    optionNames,
    outage,
    respond: async ({ token, clientId, refused }) => {
      try {
        return success(await introspect(token, clientId))
      } catch (error) {
        const problem = problemOf(error)
        if (problem === undefined || problem === 'unavailable') throw error
        refused(error)
        return inactive
      }
    },
  })
}

/** The default of `mayInspect`. */
function isOwnOrAudience(clientId: string, { claims }: Pick<InspectedToken, 'claims'>): boolean {
  const { aud } = claims
  return ownerOf(claims) === clientId || aud === clientId || (Array.isArray(aud) && aud.includes(clientId))
}

/** Drops the claim by which the issuer tells the refresh tokens of a login apart. */
function disclosable({ fam: _, ...claims }: InspectedToken['claims']): Readonly<Record<string, unknown>> {
  return claims
}
