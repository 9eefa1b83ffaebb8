import type { Answer } from './answer.ts'

/** Why a request is refused. */
export type Problem = 'missing' | 'malformed' | 'invalid' | 'expired' | 'revoked' | 'stale' | 'full' | 'unavailable'

/** Long enough for most failovers to be over, short enough for people to wait. */
const retryAfterSeconds = '5'

/**
 * The one table of refusals (RFC 6750, section 3). Clients learn no more than this: no id, no
 * reason, nothing of a store.
 *
 * An outage is 503 and never 401: after a 401, clients discard their tokens and log in again, all
 * at once.
 */
const refusals: Readonly<Record<Problem, Answer>> = {
  // Section 3.1: without a token in the request, the challenge has no error code.
  missing: {
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer' },
    body: { error: 'token_required', error_description: 'A bearer token is required' },
  },
  malformed: challenge(400, 'invalid_request', 'The bearer token is malformed'),
  invalid: challenge(401, 'invalid_token', 'The token is not valid'),
  expired: challenge(401, 'invalid_token', 'The token expired'),
  revoked: challenge(401, 'invalid_token', 'The token was revoked'),
  // RFC 9470, section 3.
  stale: challenge(401, 'insufficient_user_authentication', 'A more recent authentication is required'),
  full: {
    status: 409,
    headers: {},
    body: { error: 'too_many_sessions', error_description: 'Too many sessions are open' },
  },
  unavailable: {
    status: 503,
    headers: { 'Retry-After': retryAfterSeconds },
    body: { error: 'temporarily_unavailable', error_description: 'The token could not be checked' },
  },
}

/**
 * Returns the answer to an error. A challenge for a fresh authentication says how old it may be,
 * which depends on the route.
 */
export function refusalOf(problem: Problem, error: unknown): Answer {
  const answer = refusals[problem]
  if (problem !== 'stale' || !(error instanceof Error && 'maxAge' in error)) return answer
  if (!Number.isSafeInteger(error.maxAge)) return answer
  const challenge = `${answer.headers['WWW-Authenticate']}, max_age="${error.maxAge}"`
  return { ...answer, headers: { ...answer.headers, 'WWW-Authenticate': challenge } }
}

/** Returns the answer that refuses a request. */
export function refusalFor(problem: Problem): Answer {
  return refusals[problem]
}

/**
 * What each error means for the request, by its `code`, which survives duplicate installs. The
 * codes that are not of core are of `@revoked/jose` and `@revoked/sessions`.
 */
const problems: ReadonlyMap<unknown, Problem> = new Map<unknown, Problem>([
  ['ERR_TOKEN_MISSING', 'missing'],
  ['ERR_TOKEN_MALFORMED', 'malformed'],
  ['ERR_INVALID_TOKEN', 'invalid'],
  ['ERR_INVALID_CLAIMS', 'invalid'],
  ['ERR_TOKEN_LIFETIME', 'invalid'],
  ['ERR_TOKEN_EXPIRED', 'expired'],
  ['ERR_TOKEN_REVOKED', 'revoked'],
  ['ERR_REFRESH_REUSED', 'revoked'],
  ['ERR_STALE_AUTHENTICATION', 'stale'],
  ['ERR_TOO_MANY_SESSIONS', 'full'],
  ['ERR_REVOCATION_UNAVAILABLE', 'unavailable'],
  ['ERR_KEYS_UNAVAILABLE', 'unavailable'],
  // Writes that no store takes until an operator has put settings or clocks right.
  ['ERR_MARK_EXPIRED', 'unavailable'],
  ['ERR_SETTINGS_CONFLICT', 'unavailable'],
  ['ERR_CLOCK_SKEW', 'unavailable'],
])

/**
 * Returns what an error of this library means for the request. `undefined` for any other error,
 * wrong arguments (TypeError, RangeError) among them: those are defects, which the framework
 * answers.
 */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof TypeError || error instanceof RangeError) return undefined
  const problem = problems.get(codeOf(error))
  return problem === 'invalid' && isExpiry(error) ? 'expired' : problem
}

/**
 * Returns the answer to an error of this library, for frameworks without an adapter: status,
 * headers and body, to be sent as they are. `undefined` for every other error: it is a defect.
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
  const { status, headers, body } = refusalOf(problem, error)
  return { status, headers: { ...headers }, body: { ...body } }
}

/** Returns the code of an error. */
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
