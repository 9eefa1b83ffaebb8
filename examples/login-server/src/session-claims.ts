import { type Claims, InvalidClaimsError } from '@revoked/core'
import type { TokenClaims } from '@revoked/http'
import type { RequestHandler } from 'express'
import { HttpError } from './http-error.ts'

/** The claims of session tokens. */
export interface SessionClaims extends Claims {
  readonly sub: string
  readonly sid: string
  readonly device: string
  readonly role: string
}

/** Refuses requests whose token has another role than `admin`. Mount it behind `requireToken`. */
export const requireAdmin: RequestHandler = (request, _response, next) => {
  if (claimsOf(request).role !== 'admin') {
    throw new HttpError(403, 'insufficient_scope', { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' })
  }
  next()
}

/**
 * Returns the claims that `requireToken` verified.
 *
 * @throws InvalidClaimsError (401) if they are not those of a session.
 */
export function claimsOf(request: object): SessionClaims {
  const { auth = {} } = request as { readonly auth?: TokenClaims }
  const { sub, sid, device, role } = auth
  if (typeof sub !== 'string' || typeof sid !== 'string' || typeof device !== 'string' || typeof role !== 'string') {
    throw new InvalidClaimsError('A session token has the claims sub, sid, device and role.')
  }
  return { ...auth, sub, sid, device, role }
}
