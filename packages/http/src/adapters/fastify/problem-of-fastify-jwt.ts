import type { FastifyRequest } from 'fastify'
import { readBearer } from '../../bearer/read-bearer.ts'
import { codeOf, type Problem } from '../../bearer/refusals.ts'

/**
 * Returns what an error of @fastify/jwt, or of fast-jwt below it, means for the request.
 * `undefined` for errors of a wrong set-up.
 */
export function problemOfFastifyJwt(error: unknown, { headers }: FastifyRequest): Problem | undefined {
  switch (codeOf(error)) {
    case 'FST_JWT_NO_AUTHORIZATION_IN_HEADER':
    case 'FST_JWT_NO_AUTHORIZATION_IN_COOKIE':
      return readBearer(headers.authorization).problem ?? 'missing'
    case 'FST_JWT_BAD_REQUEST':
      // The code is the same if `extractToken` found none.
      return readBearer(headers.authorization).problem ?? 'malformed'
    case 'FST_JWT_AUTHORIZATION_TOKEN_EXPIRED':
      return 'expired'
    case 'FAST_JWT_KEY_FETCHING_ERROR':
      return 'unavailable'
    case 'FST_JWT_AUTHORIZATION_TOKEN_INVALID':
    case 'FST_JWT_AUTHORIZATION_TOKEN_UNTRUSTED':
    case 'FAST_JWT_MISSING_SIGNATURE':
    case 'FAST_JWT_MALFORMED':
    case 'FAST_JWT_INACTIVE':
    case 'FAST_JWT_INVALID_ALGORITHM':
    case 'FAST_JWT_INVALID_CLAIM_TYPE':
    case 'FAST_JWT_INVALID_CRIT_HEADER':
    case 'FAST_JWT_INVALID_PAYLOAD':
    case 'FAST_JWT_INVALID_TYPE':
    case 'FAST_JWT_VERIFY_ERROR':
      return 'invalid'
    default:
      return undefined
  }
}
