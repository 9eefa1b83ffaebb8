import { RevocationError } from '@revoked/core'
import type { ErrorRequestHandler } from 'express'
import { HttpError } from './http-error.ts'

/** Turns every error into a response. What it says is fixed: no message of an error reaches a client. */
export function answerErrors(report: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error)
    const { status, code, headers } = answerTo(error)
    if (status >= 500) report(error)
    response.status(status).set(headers).json({ error: code })
  }
}

function answerTo(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  const status = statusOf(error)
  if (error instanceof RevocationError) {
    // RFC 6750, section 3.1: expired, revoked, malformed or invalid for other reasons, all alike.
    if (status === 401)
      return new HttpError(401, 'invalid_token', { 'WWW-Authenticate': 'Bearer error="invalid_token"' })
    if (status === 503) return new HttpError(503, 'temporarily_unavailable', { 'Retry-After': '1' })
  } else if (status !== undefined && status >= 400 && status < 500) {
    // From express.json: not JSON, too large, another charset.
    return new HttpError(status, 'invalid_request')
  }
  return new HttpError(500, 'internal_error')
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined
}
