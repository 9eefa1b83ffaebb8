import { RequestError } from '../answers/request-error.ts'

/**
 * The header that the scripts of the page send with every request. A page of another origin cannot
 * add it without asking first, and the console answers no such question (CORS).
 */
const ownHeader = 'x-revoked-console'

/**
 * Asserts that no page of another origin has made a browser send the request: by the header of our
 * scripts, by `Sec-Fetch-Site`, which no script can forge, and in browsers without it by `Origin`.
 * A body must be JSON: forms cannot send that.
 *
 * @throws RequestError (403, or 415 for another type of body).
 */
export function assertOwnRequest({ method, headers, url }: Request): void {
  if (headers.get(ownHeader) !== '1' || !isSameOrigin(headers, url))
    throw new RequestError(403, 'cross_origin', 'The request did not come from the page of the console.')
  if (method === 'POST' && !/^application\/json *(?:;|$)/i.test(headers.get('content-type') ?? ''))
    throw new RequestError(415, 'invalid_request', 'The body must be JSON.')
}

function isSameOrigin(headers: Headers, url: string): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  const origin = headers.get('origin')
  if (origin === null) return true
  // The scheme is not compared: behind a proxy, the server does not know it.
  return URL.canParse(origin) && new URL(origin).host === (headers.get('host') ?? new URL(url).host)
}
