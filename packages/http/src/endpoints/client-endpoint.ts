import type { Answer } from '../bearer/answer.ts'
import type { OptionNames } from '../bearer/known-options.ts'
import { refuse, refuseClient } from './answers.ts'
import { type ClientCredentials, findCredentials } from './client-credentials.ts'
import { createEndpoint, type EndpointOptions, endpointOptionNames } from './create-endpoint.ts'
import type { Endpoint, EndpointRequest } from './endpoint.ts'
import { readForm } from './form.ts'

/**
 * Identifies the client that sends a request: returns its id, or `undefined` if it is none of
 * yours. Look its secret up and compare it in constant time.
 *
 * `credentials` are those of `client_secret_basic` or `client_secret_post`, or a `client_id` alone
 * with an empty secret. They are `undefined` if the client sent neither: other ways to authenticate
 * find what they need in `request`.
 *
 * @example
 * ```ts
 * import { createHash, timingSafeEqual } from 'node:crypto'
 * import type { AuthenticateClient } from '@revoked/http/oauth'
 *
 * const hash = (secret: string): Buffer => createHash('sha256').update(secret).digest()
 * const authenticate = (secretHashOf: (clientId: string) => Promise<Buffer | undefined>): AuthenticateClient =>
 *   async (credentials) => {
 *     const expected = await secretHashOf(credentials?.clientId ?? '')
 *     if (credentials === undefined || expected === undefined) return undefined
 *     return timingSafeEqual(hash(credentials.clientSecret), expected) ? credentials.clientId : undefined
 *   }
 * ```
 */
export type AuthenticateClient = (
  credentials: ClientCredentials | undefined,
  request: EndpointRequest,
) => string | undefined | Promise<string | undefined>

/**
 * Options for endpoints to which clients present a token.
 *
 * @example
 * ```ts
 * import type { ClientEndpointOptions } from '@revoked/http/oauth'
 *
 * const options: ClientEndpointOptions = {
 *   authenticateClient: (credentials) => (credentials?.clientId === 'web' ? 'web' : undefined), // A public client.
 *   timeout: '5s',
 * }
 * ```
 */
export interface ClientEndpointOptions extends EndpointOptions {
  /**
   * Identifies the client. If it rejects with an error of this library that means an outage, the
   * request is answered as one. Every other error goes to the framework.
   */
  readonly authenticateClient: AuthenticateClient
}

export const clientEndpointOptionNames: OptionNames<ClientEndpointOptions> = {
  ...endpointOptionNames,
  authenticateClient: true,
}

/** A request of an authenticated client. */
interface ClientRequest {
  readonly token: string
  readonly clientId: string
  /** Reports the refusal of the token to the operator. */
  readonly refused: (error: unknown) => void
}

/** How one such endpoint answers. */
export interface ClientEndpointAnswers {
  readonly optionNames: OptionNames<ClientEndpointOptions>
  readonly outage: Answer
  readonly respond: (request: ClientRequest) => Promise<Answer>
}

/**
 * Creates an endpoint to which a client presents a token, after it has authenticated. No token is
 * looked at before.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createClientEndpoint(
  options: ClientEndpointOptions,
  { optionNames, outage, respond }: ClientEndpointAnswers,
): Endpoint {
  const { authenticateClient } = options
  if (typeof authenticateClient !== 'function') throw new TypeError('authenticateClient must be a function.')

  return createEndpoint(options, {
    optionNames,
    outage,
    respond: async (request, { refused }) => {
      const form = readForm(await request.form())
      if (form === undefined)
        return refuse('invalid_request', 'The body must be an urlencoded form with no parameter twice')
      const { credentials, problem } = findCredentials(request.authorization, form)
      if (problem === 'several') return refuse('invalid_request', 'The client must authenticate in one way only')
      if (problem === 'malformed') return refuseClient(request.authorization)
      const clientId: unknown = await authenticateClient(credentials, request)
      if (typeof clientId !== 'string' || clientId === '') return refuseClient(request.authorization)
      const token = form.get('token')
      return token === undefined
        ? refuse('invalid_request', 'The parameter token is missing')
        : await respond({ token, clientId, refused })
    },
  })
}
