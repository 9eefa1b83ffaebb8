import type { ErrorRequestHandler } from 'express'
import { HttpError } from './http-error.ts'

/** Answers what `errorHandler` of `@revoked/http` leaves. What it says is fixed: no message of an error reaches a client. */
export function answerOtherErrors(report: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error)
    const { status, code, headers } = answerTo(error)
    if (status >= 500) report(error)
    response.status(status).set(headers).json({ error: code })
  }
}

function answerTo(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  // From express.json: not JSON, too large, another charset.
  if (typeof status === 'number' && status >= 400 && status < 500) return new HttpError(status, 'invalid_request')
  return new HttpError(500, 'internal_error')
}
