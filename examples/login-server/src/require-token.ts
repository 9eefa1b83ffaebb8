import { type Claims, InvalidClaimsError } from '@revoked/core'
import type { Tokens, VerifiedToken } from '@revoked/jose'
import type { Request, RequestHandler } from 'express'
import { HttpError } from './http-error.ts'

/** What our session tokens say. */
export interface SessionClaims extends Claims {
  readonly sub: string
  readonly sid: string
  readonly device: string
  readonly role: string
}

declare module 'express-serve-static-core' {
  interface Request {
    /** The claims of the token that came with the request. Read them with `claimsOf`. */
    sessionClaims?: SessionClaims
  }
}

/** Lets a request pass whose token is valid and was not taken back. */
export function requireToken(tokens: Tokens): RequestHandler {
  return async (request, _response, next) => {
    const { claims } = await tokens.verify(bearerToken(request.headers.authorization))
    request.sessionClaims = readSessionClaims(claims)
    next()
  }
}

/** Lets a request pass whose token says that its bearer is an admin. Goes after `requireToken`. */
export const requireAdmin: RequestHandler = (request, _response, next) => {
  if (claimsOf(request).role !== 'admin') {
    throw new HttpError(403, 'insufficient_scope', { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' })
  }
  next()
}

/** The claims that `requireToken` found. @throws TypeError where the route forgot it. */
export function claimsOf({ sessionClaims }: Request): SessionClaims {
  if (sessionClaims === undefined) throw new TypeError('claimsOf goes behind requireToken.')
  return sessionClaims
}

/** RFC 6750, section 3.1: no error code for who sent no token, 400 for who sent something that cannot be one. */
function bearerToken(header = ''): string {
  if (!/^Bearer(?: |$)/i.test(header)) throw new HttpError(401, 'token_required', { 'WWW-Authenticate': 'Bearer' })
  const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(header)?.[1]
  if (token !== undefined) return token
  throw new HttpError(400, 'invalid_request', { 'WWW-Authenticate': 'Bearer error="invalid_request"' })
}

function readSessionClaims(claims: VerifiedToken['claims']): SessionClaims {
  const { sub, sid, device, role } = claims
  if (typeof sub !== 'string' || typeof sid !== 'string' || typeof device !== 'string' || typeof role !== 'string') {
    throw new InvalidClaimsError('A session token carries sub, sid, device and role.')
  }
  return { ...claims, sub, sid, device, role }
}
