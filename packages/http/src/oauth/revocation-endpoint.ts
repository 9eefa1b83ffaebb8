import type { RevocableTokens } from '@revoked/jose'
import type { Endpoint } from '../endpoint.ts'
import { answerOutages } from '../outages.ts'
import { codeOf } from '../refusals.ts'
import { done, refuse, unavailable } from './answers.ts'
import { createTokenEndpoint, type TokenEndpointOptions } from './token-endpoint.ts'

/** What {@link revocationEndpoint} takes. */
export interface RevocationEndpointOptions extends TokenEndpointOptions {
  /** From one of the factories of `@revoked/jose`. */
  readonly tokens: Pick<RevocableTokens, 'inspect' | 'revoke'>
}

const reason = 'client_request'

/** A token with one of these was well signed, and yet nothing was revoked: to answer "done" would be a lie. */
const irrevocable: ReadonlySet<unknown> = new Set([
  'ERR_UNIDENTIFIABLE_TOKEN',
  'ERR_INVALID_CLAIMS',
  'ERR_TOKEN_LIFETIME',
])

/** The client must assume that the token still exists, and may ask again (section 2.2.1). */
const outage = unavailable(503, 'The token could not be revoked')

/**
 * Token revocation (RFC 7009): a client takes back an access token by itself, or a refresh token with its whole session.
 *
 * Answers 200 where the token is of no use any more, whether or not it ever was: revoked now, revoked before, expired, made up. Answers
 * 400 `invalid_grant` where its claim `client_id` names another client (a token without that claim is any client's to revoke), 400
 * `unsupported_token_type` where it is genuine and cannot be revoked (it has no `jti`, say), 401 `invalid_client`, and 503 while the
 * store is away. The parameter `token_type_hint` is not needed, and ignored.
 *
 * @example
 * ```ts
 * import { createHash, timingSafeEqual } from 'node:crypto'
 * import { createRevocation } from '@revoked/core'
 * import { serve } from '@revoked/http/express'
 * import { type AuthenticateClient, revocationEndpoint } from '@revoked/http/oauth'
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
 * const clients = new Map([['web', hash(crypto.randomUUID())]])
 *
 * const authenticateClient: AuthenticateClient = (credentials) => {
 *   const expected = clients.get(credentials?.clientId ?? '')
 *   if (credentials === undefined || expected === undefined) return undefined
 *   return timingSafeEqual(hash(credentials.clientSecret), expected) ? credentials.clientId : undefined
 * }
 *
 * const app = express()
 * app.use('/oauth', express.urlencoded())
 * app.all('/oauth/revoke', serve(revocationEndpoint({ tokens, authenticateClient })))
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function revocationEndpoint(options: RevocationEndpointOptions): Endpoint {
  const { tokens } = options
  if (typeof tokens?.inspect !== 'function' || typeof tokens.revoke !== 'function')
    throw new TypeError('tokens must come from createRevocableTokens, createAccessTokens or createTokenPairs.')

  const endpoint = createTokenEndpoint(options, async (token, clientId) => {
    try {
      const { claims } = await tokens.inspect(token)
      const owner = claims['client_id']
      if (owner !== undefined && owner !== clientId)
        return refuse('invalid_grant', 'The token was issued to another client')
      await tokens.revoke(token, { reason })
      return done
    } catch (error) {
      const code = codeOf(error)
      if (code === 'ERR_INVALID_TOKEN') return done
      if (irrevocable.has(code)) return refuse('unsupported_token_type', 'The token cannot be revoked')
      throw error
    }
  })
  return answerOutages(endpoint, options, outage)
}
