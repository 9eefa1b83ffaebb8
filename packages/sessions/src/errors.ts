import { RevocationError } from '@revoked/core'

/**
 * The subject has as many open sessions as `maxPerSubject` allows, so the login was refused. The
 * status is 409: the request is right, and succeeds once the user has ended another session.
 *
 * @example
 * ```ts
 * import type { Sessions, TooManySessionsError } from '@revoked/sessions'
 *
 * const logIn = (sessions: Sessions<unknown>, subject: string) =>
 *   sessions.open({ subject }).catch(async (error: Partial<TooManySessionsError>) => {
 *     if (error.code !== 'ERR_TOO_MANY_SESSIONS') throw error
 *     return { chooseOneToClose: await sessions.list(subject) }
 *   })
 * ```
 */
export class TooManySessionsError extends RevocationError {
  readonly code = 'ERR_TOO_MANY_SESSIONS'
  override readonly status = 409
  override readonly statusCode = 409
  /** The number of sessions that a subject may have. */
  readonly maxPerSubject: number

  static {
    TooManySessionsError.prototype.name = 'TooManySessionsError'
  }

  constructor(maxPerSubject: number) {
    super(`The subject has ${maxPerSubject} open sessions already, which is the most that maxPerSubject allows.`)
    this.maxPerSubject = maxPerSubject
  }
}

/**
 * The user of the session has proved too long ago who they are. Answer 401 with {@link challenge}:
 * clients send the user to log in again (RFC 9470, section 3), and the session goes on.
 *
 * @example
 * ```ts
 * import type { ServerResponse } from 'node:http'
 * import type { StaleAuthenticationError } from '@revoked/sessions'
 *
 * function answer(error: Partial<StaleAuthenticationError>, response: ServerResponse): void {
 *   if (error.code !== 'ERR_STALE_AUTHENTICATION' || error.challenge === undefined) throw error
 *   response.writeHead(401, { 'WWW-Authenticate': error.challenge }).end()
 * }
 * ```
 */
export class StaleAuthenticationError extends RevocationError {
  readonly code = 'ERR_STALE_AUTHENTICATION'
  override readonly status = 401
  override readonly statusCode = 401
  /** How old the authentication may be, in seconds: `max_age` of OpenID Connect. */
  readonly maxAge: number
  /** The value of the header `WWW-Authenticate`. */
  readonly challenge: string

  static {
    StaleAuthenticationError.prototype.name = 'StaleAuthenticationError'
  }

  constructor(maxAge: number) {
    super('The user must authenticate again.')
    this.maxAge = maxAge
    this.challenge = `Bearer error="insufficient_user_authentication", error_description="A more recent authentication is required", max_age="${maxAge}"`
  }
}
