import type { OptionNames } from '../bearer/known-options.ts'
import { codeOf } from '../bearer/refusals.ts'
import { done, refuse, unavailable } from './answers.ts'
import { type ClientEndpointOptions, clientEndpointOptionNames, createClientEndpoint } from './client-endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import type { RevokesTokens } from './ports.ts'
import { ownerOf } from './token-owner.ts'
import { isUnusable } from './unusable.ts'

/**
 * Options for {@link revocationEndpoint}.
 *
 * @example
 * ```ts
 * import type { ClientEndpointOptions, RevocationEndpointOptions } from '@revoked/http/oauth'
 * import type { TokenPairs } from '@revoked/jose'
 *
 * const options = (shared: ClientEndpointOptions, tokens: TokenPairs): RevocationEndpointOptions => ({
 *   ...shared,
 *   tokens,
 * })
 * ```
 */
export interface RevocationEndpointOptions extends ClientEndpointOptions {
  /** From one of the factories of `@revoked/jose`; verification is enough. */
  readonly tokens: RevokesTokens
}

const reason = 'client_request'

/** The errors of tokens that may be valid and that this server cannot revoke. */
const irrevocable: ReadonlySet<unknown> = new Set([
  'ERR_INVALID_TOKEN',
  'ERR_INVALID_CLAIMS',
  'ERR_TOKEN_LIFETIME',
  'ERR_UNIDENTIFIABLE_TOKEN',
])

/**
 * The client must assume that the token still exists, and may ask again (RFC 7009, section 2.2.1).
 */
const outage = unavailable(503, 'The token could not be revoked')

/**
 * `unsupported_token_type` (RFC 7009, section 2.2.1) says what is the case: this server does not
 * revoke such a token. `invalid_request` would blame the client's request, which is in order, and
 * `invalid_grant` the wrong owner.
 */
const unsupported = refuse('unsupported_token_type', 'This server cannot revoke the token')

const optionNames: OptionNames<RevocationEndpointOptions> = { ...clientEndpointOptionNames, tokens: true }

/**
 * Creates a token revocation endpoint (RFC 7009): a client revokes an access token by itself, or a
 * refresh token with its whole session.
 *
 * - 200 only if no verifier of this issuer accepts the token from then on: it was revoked now or
 *   before, it has expired, or its signature does not hold.
 * - 400 `invalid_grant` if its claim `client_id` (or `azp`) names another client. Any client may
 *   revoke a token without these claims.
 * - 400 `unsupported_token_type` if the token may be valid and this server cannot revoke it: it is
 *   for another audience or of another issuer, it is no access or refresh token (an ID token), it
 *   has no `jti`, and so on. `onRefused` learns why.
 * - 401 `invalid_client`; 503 if the store or the keys are unavailable, or at the timeout.
 *
 * The parameter `token_type_hint` is not needed and ignored.
 *
 * @example
 * ```ts
 * import { createHash, timingSafeEqual } from 'node:crypto'
 * import { createRevocation } from '@revoked/core'
 * import { toHandler } from '@revoked/http/express'
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
 *   keys: { secret: new TextEncoder().encode(process.env['JWT_SECRET']) },
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
 * app.all('/oauth/revoke', toHandler(revocationEndpoint({ tokens, authenticateClient })))
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function revocationEndpoint(options: RevocationEndpointOptions): Endpoint {
  const { tokens } = options
  if (typeof tokens?.inspect !== 'function' || typeof tokens.revoke !== 'function')
    throw new TypeError('tokens must come from a factory of @revoked/jose, such as createRevocableTokens.')

  return createClientEndpoint(options, {
    optionNames,
    outage,
    respond: async ({ token, clientId, refused }) => {
      // RFC 7516, section 3.1: five parts are an encrypted token, of which nothing can be told.
      if (token.split('.').length === 5) return unsupported
      try {
        const inspected = await tokens.inspect(token)
        const owner = ownerOf(inspected.claims)
        if (owner !== undefined && owner !== clientId)
          return refuse('invalid_grant', 'The token was issued to another client')
        await tokens.revoke(inspected, { reason })
        return done
      } catch (error) {
        if (isUnusable(error)) return done
        if (!irrevocable.has(codeOf(error))) throw error
        refused(error)
        return unsupported
      }
    },
  })
}
