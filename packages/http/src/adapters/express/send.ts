import type { Response } from 'express'
import type { Answer } from '../../bearer/answer.ts'

/** Sends an answer. */
export function send(response: Response, { status, headers, setCookie = [], body }: Answer): void {
  response.status(status).set(headers)
  if (setCookie.length > 0) response.append('Set-Cookie', [...setCookie])
  if (body === undefined) response.end()
  else response.json(body)
}
