import type { LayeredStatus } from '@revoked/store-layered'

/** Somebody's browser or app: who logs in on it, and the token that it was given last. */
export interface Device {
  readonly user: string
  readonly name: string
  token?: string
  refreshToken?: string
}

/** What a device sends. */
export interface ClientRequest {
  readonly who: Device
  /** Method and path. */
  readonly request: string
  readonly body?: object
}

/** What the server's bodies may hold. */
export interface Answer {
  readonly token?: unknown
  readonly refreshToken?: unknown
  readonly link?: unknown
  readonly marks?: unknown
  readonly cache?: LayeredStatus
  readonly user?: unknown
  readonly device?: unknown
}

/** What it got. */
export interface ClientResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: Answer
  /** How long it took. */
  readonly ms: number
}

/**
 * Sends one request to the server, with the device's token, and keeps the tokens that it is given.
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
