import type { CacheStatus } from './store.ts'

/** A user's browser or app, with the tokens that it received last. */
export interface Device {
  readonly user: string
  readonly name: string
  token?: string
  refreshToken?: string
}

/** A request of a device. */
export interface ClientRequest {
  readonly who: Device
  /** Method and path. */
  readonly request: string
  readonly body?: object
}

/** The fields that a body of the server may have. */
export interface Answer {
  readonly token?: unknown
  readonly refreshToken?: unknown
  readonly link?: unknown
  readonly marks?: unknown
  readonly cache?: CacheStatus
  readonly user?: unknown
  readonly device?: unknown
}

/** The answer to a request. */
export interface ClientResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: Answer
  /** How long the answer took, in ms. */
  readonly ms: number
}

/**
 * Sends one request to the server with the device's token, and stores the tokens of the answer in
 * the device.
 */
export async function send(url: string, { who, request, body }: ClientRequest): Promise<ClientResponse> {
  const [method, path] = request.split(' ')
  const start = performance.now()
  const response = await fetch(`${url}${path}`, {
    method: method ?? 'GET',
    headers: {
      ...(who.token !== undefined && { authorization: `Bearer ${who.token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as Answer
  if (typeof answer.token === 'string') who.token = answer.token
  if (typeof answer.refreshToken === 'string') who.refreshToken = answer.refreshToken
  return { status: response.status, headers: response.headers, body: answer, ms: performance.now() - start }
}
