import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Answer } from '../../bearer/answer.ts'

/** Creates the response of an answer. */
export function send(c: Context, { status, headers, setCookie = [], body }: Answer): Response {
  for (const value of setCookie) c.header('Set-Cookie', value, { append: true })
  if (body === undefined) return c.body(null, status as ContentfulStatusCode, headers)
  return c.json(body, status as ContentfulStatusCode, headers)
}
