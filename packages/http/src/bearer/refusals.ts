import type { Answer } from './answer.ts'

/** Why a request is refused. */
export type Problem = 'missing' | 'malformed' | 'invalid' | 'expired' | 'revoked' | 'unavailable'

/** Long enough for most failovers to be over, short enough for people to wait. */
const retryAfterSeconds = '5'

/**
 * The one table of refusals (RFC 6750, section 3). Nobody is told more than this: no id, no reason, nothing of a store.
 *
 * An outage is 503 and never 401: a 401 makes clients throw their tokens away and log in again, all at once.
 */
const refusals: Readonly<Record<Problem, Answer>> = {
  // Section 3.1: who sent no token is told no error code.
  missing: {
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer' },
    body: { error: 'token_required', error_description: 'A bearer token is required' },
  },
  malformed: challenge(400, 'invalid_request', 'The bearer token is malformed'),
  invalid: challenge(401, 'invalid_token', 'The token is not valid'),
  expired: challenge(401, 'invalid_token', 'The token expired'),
  revoked: challenge(401, 'invalid_token', 'The token was revoked'),
  unavailable: {
    status: 503,
    headers: { 'Retry-After': retryAfterSeconds },
    body: { error: 'temporarily_unavailable', error_description: 'The token could not be checked' },
  },
}

/** The answer that refuses a request. */
export function refusalFor(problem: Problem): Answer {
  return refusals[problem]
}

/**
 * What an error of this library means for the request. Told by `code`, which survives duplicate installs.
 * `undefined` for any other error: a defect is not the client's business.
 */
export function problemOf(error: unknown): Problem | undefined {
  switch (codeOf(error)) {
    case 'ERR_TOKEN_REVOKED':
    case 'ERR_REFRESH_REUSED':
      return 'revoked'
    case 'ERR_INVALID_TOKEN':
      return isExpiry(error) ? 'expired' : 'invalid'
    case 'ERR_INVALID_CLAIMS':
    case 'ERR_TOKEN_LIFETIME':
      return 'invalid'
    case 'ERR_REVOCATION_UNAVAILABLE':
    case 'ERR_KEYS_UNAVAILABLE':
    // Writes that no store takes until an operator has put settings or clocks right.
    case 'ERR_MARK_EXPIRED':
    case 'ERR_SETTINGS_CONFLICT':
    case 'ERR_CLOCK_SKEW':
      return 'unavailable'
    default:
      return undefined
  }
}

/**
 * The answer to an error of this library, for frameworks that have no adapter here: status, headers and body, to be sent as they are.
 * `undefined` for every other error: it is a defect, and your framework's to answer.
 *
 * @example
 * ```ts
 * import { answerFor } from '@revoked/http'
 * import { TokenRevokedError } from '@revoked/core'
 *
 * const answer = answerFor(new TokenRevokedError('jti'))
 * console.log(answer?.status, answer?.headers['WWW-Authenticate'])
 * ```
 */
export function answerFor(error: unknown): Answer | undefined {
  const problem = problemOf(error)
  if (problem === undefined) return undefined
  const { status, headers, body } = refusalFor(problem)
  return { status, headers: { ...headers }, body: { ...body } }
}

/** An error's own code. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function isExpiry(error: unknown): boolean {
  return error instanceof Error && 'problem' in error && error.problem === 'ERR_JWT_EXPIRED'
}

function challenge(status: number, error: string, description: string): Answer {
  return {
    status,
    headers: { 'WWW-Authenticate': `Bearer error="${error}", error_description="${description}"` },
    body: { error, error_description: description },
  }
}
