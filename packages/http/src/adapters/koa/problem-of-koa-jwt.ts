import type { Context } from 'koa'
import { readBearer } from '../../bearer/read-bearer.ts'
import type { Problem } from '../../bearer/refusals.ts'

/** The error of a 4xx answer. */
type Refusal = Error & { readonly status: number; readonly originalError?: unknown }

/** Tells whether Koa would answer an error with 4xx. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500
}

/** The messages of koa-jwt 4 if it found no token, without and with its option `debug`. */
const noToken: ReadonlySet<string> = new Set([
  'Authentication Error',
  'Token not found',
  'Bad Authorization header format. Format is "Authorization: Bearer <token>"',
])

/**
 * Returns what a refusal of koa-jwt 4 means for the request. It has no codes, so names and messages
 * must do.
 */
export function problemOfKoaJwt(error: unknown, { headers }: Context): Problem | undefined {
  if (!isRefusal(error) || error.status !== 401) return undefined
  const { message, originalError: cause } = error
  if (cause === undefined && noToken.has(message)) return readBearer(headers.authorization).problem ?? 'malformed'
  if (!(cause instanceof Error)) return undefined
  if (cause.message === 'Token revoked') return 'revoked'
  if (cause.name === 'TokenExpiredError') return 'expired'
  return isInvalid(cause) ? 'invalid' : undefined
}

/** An error of jsonwebtoken, of the decoder below it, or of koa-jwt. */
function isInvalid({ name, message }: Error): boolean {
  if (/^Invalid token$|signatures must be/.test(message)) return true
  return /^(?:JsonWebTokenError|NotBeforeError|SyntaxError)$/.test(name)
}
