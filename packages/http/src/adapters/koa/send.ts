import type { Context } from 'koa'
import type { Answer } from '../../bearer/answer.ts'

/** Sends an answer. */
export function send(
  context: Pick<Context, 'body' | 'status' | 'set' | 'append'>,
  { status, headers, setCookie = [], body }: Answer,
): void {
  // Koa sets a status for a body of null, so ours comes after it. A copy, as middleware may write
  // into it.
  context.body = body === undefined ? null : { ...body }
  context.status = status
  context.set(headers)
  if (setCookie.length > 0) context.append('Set-Cookie', [...setCookie])
}
