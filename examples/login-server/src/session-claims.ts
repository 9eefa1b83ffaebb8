import { type Claims, InvalidClaimsError } from '@revoked/core'
import type { TokenClaims } from '@revoked/http'
import type { RequestHandler } from 'express'
import { HttpError } from './http-error.ts'

/** What our session tokens say. */
export interface SessionClaims extends Claims {
  readonly sub: string
  readonly sid: string
  readonly device: string
  readonly role: string
}

/** Lets a request pass whose token says that its bearer is an admin. Goes behind `requireToken`. */
export const requireAdmin: RequestHandler = (request, _response, next) => {
  if (claimsOf(request).role !== 'admin') {
    throw new HttpError(403, 'insufficient_scope', { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' })
  }
  next()
}

/** The claims that `requireToken` found. @throws InvalidClaimsError (401) where they are not those of a session. */
export function claimsOf(request: object): SessionClaims {
  const { auth = {} } = request as { readonly auth?: TokenClaims }
  const { sub, sid, device, role } = auth
  if (typeof sub !== 'string' || typeof sid !== 'string' || typeof device !== 'string' || typeof role !== 'string') {
    throw new InvalidClaimsError('A session token carries sub, sid, device and role.')
  }
  return { ...auth, sub, sid, device, role }
}
