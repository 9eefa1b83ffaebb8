import type { Answer } from '../answer.ts'
import { type Endpoint, type EndpointRequest, methodNotAllowed } from '../endpoint.ts'
import type { OutageOptions } from '../outages.ts'
import { refuse, refuseClient } from './answers.ts'
import { type ClientCredentials, findCredentials } from './client-credentials.ts'
import { readForm } from './form.ts'

/**
 * Tells which client asks: its id, or `undefined` where it is none of yours. Look the secret up and compare it, in constant time.
 *
 * `credentials` are those of `client_secret_basic` or `client_secret_post`, or a bare `client_id` with an empty secret. They are
 * `undefined` where the client sent neither: other ways to authenticate find what they need in `request`.
 */
export type AuthenticateClient = (
  credentials: ClientCredentials | undefined,
  request: EndpointRequest,
) => string | undefined | Promise<string | undefined>

/** What endpoints take that clients ask about a token. */
export interface TokenEndpointOptions extends OutageOptions {
  /** A rejection with an error of this library that means an outage is answered as one; any other goes to the framework. */
  readonly authenticateClient: AuthenticateClient
}

/** @throws TypeError for wrong options. */
export function createTokenEndpoint(
  { authenticateClient }: TokenEndpointOptions,
  respond: (token: string, clientId: string) => Promise<Answer>,
): Endpoint {
  if (typeof authenticateClient !== 'function') throw new TypeError('authenticateClient must be a function.')
  return async (request) => {
    if (request.method !== 'POST') return methodNotAllowed
    const form = readForm(request.form)
    if (form === undefined)
      return refuse('invalid_request', 'The body must be an urlencoded form with no parameter twice')
    const { credentials, problem } = findCredentials(request.authorization, form)
    if (problem === 'several') return refuse('invalid_request', 'The client must authenticate in one way only')
    if (problem === 'malformed') return refuseClient(request.authorization)
    const clientId = await authenticateClient(credentials, request)
    if (typeof clientId !== 'string' || clientId === '') return refuseClient(request.authorization)
    const token = form.get('token')
    return token === undefined
      ? refuse('invalid_request', 'The parameter token is missing')
      : await respond(token, clientId)
  }
}
