import type { Answer } from '../../bearer/answer.ts'

/** Creates the response of an answer. */
export function toResponse({ status, headers: fields, setCookie = [], body }: Answer): Response {
  const headers = new Headers(fields)
  for (const value of setCookie) headers.append('Set-Cookie', value)
  return body === undefined ? new Response(null, { status, headers }) : Response.json(body, { status, headers })
}
