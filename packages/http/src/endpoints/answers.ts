import type { Answer } from '../answer.ts'
import { refusalFor } from '../refusals.ts'

/** What these endpoints answer is about one token at one moment: no cache may keep it. */
const noStore = { 'Cache-Control': 'no-store' }

/** Done, without a body. */
export const done: Answer = { status: 200, headers: noStore }

export function success(body: Readonly<Record<string, unknown>>): Answer {
  return { status: 200, headers: noStore, body }
}

/** Refuses a request (RFC 6749, section 5.2). The description is ours, word for word: nothing of the request is in it. */
export function refuse(error: string, description: string): Answer {
  return { status: 400, headers: noStore, body: { error, error_description: description } }
}

/** Refuses a client, and asks it to authenticate in the scheme that it tried, else by its secret (RFC 6749, section 5.2). */
export function refuseClient(authorization: string | undefined): Answer {
  // A protected resource may authenticate by an access token (RFC 7662, section 2.1), and is told so as any bearer is.
  const bearer = /^bearer /i.test(authorization ?? '') ? refusalFor('invalid').headers : undefined
  return {
    status: 401,
    headers: { ...noStore, ...(bearer ?? { 'WWW-Authenticate': 'Basic realm="client", charset="UTF-8"' }) },
    body: { error: 'invalid_client', error_description: 'Client authentication failed' },
  }
}

/** An outage: the request may be sent again. */
export function unavailable(status: 400 | 503, description: string): Answer {
  return {
    status,
    headers: { ...noStore, ...refusalFor('unavailable').headers },
    body: { error: 'temporarily_unavailable', error_description: description },
  }
}
