import type { Answer } from '../bearer/answer.ts'
import { refusalFor } from '../bearer/refusals.ts'

/** An answer is about one token at one moment: no cache may keep it. */
const noStore = { 'Cache-Control': 'no-store' }

/** The answer to a request that was carried out: it has no body. */
export const done: Answer = { status: 200, headers: noStore }

/** Returns the answer 200 with a body. */
export function success(body: Readonly<Record<string, unknown>>): Answer {
  return { status: 200, headers: noStore, body }
}

/**
 * Returns the refusal of a request (RFC 6749, section 5.2). The description never contains anything
 * of the request.
 */
export function refuse(error: string, description: string): Answer {
  return { status: 400, headers: noStore, body: { error, error_description: description } }
}

/**
 * Returns the refusal of a client. It asks for authentication in the scheme that the client tried,
 * otherwise by its secret (RFC 6749, section 5.2).
 */
export function refuseClient(authorization: string | undefined): Answer {
  // A protected resource may authenticate by an access token (RFC 7662, section 2.1).
  const bearer = /^bearer /i.test(authorization ?? '') ? refusalFor('invalid').headers : undefined
  return {
    status: 401,
    headers: { ...noStore, ...(bearer ?? { 'WWW-Authenticate': 'Basic realm="client", charset="UTF-8"' }) },
    body: { error: 'invalid_client', error_description: 'Client authentication failed' },
  }
}

/** Returns the answer to an outage: the request may be sent again. */
export function unavailable(status: 400 | 503, description: string): Answer {
  return {
    status,
    headers: { ...noStore, ...refusalFor('unavailable').headers },
    body: { error: 'temporarily_unavailable', error_description: description },
  }
}
