import type { ErrorRequestHandler } from 'express'
import { HttpError } from './http-error.ts'

/**
 * Creates the error handler for errors that `errorHandler` of `@revoked/http` passes on. No message
 * of an error reaches a client.
 */
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
  // express.json throws these if a body is no JSON, too large, or in an unknown charset.
  if (typeof status === 'number' && status >= 400 && status < 500) return new HttpError(status, 'invalid_request')
  return new HttpError(500, 'internal_error')
}
