import type { Duration, RevokeResult } from '@revoked/core'

/**
 * A list of open sessions, as tokens need it. `createSessions` of `@revoked/sessions` is one. Every
 * method rejects if it fails, with RevocationUnavailableError (503) if its store is unavailable;
 * nothing is taken for "not open" then.
 *
 * @example
 * ```ts
 * import type { SessionRegistry } from '@revoked/jose'
 * import { createSessions } from '@revoked/sessions'
 * import { memorySessions } from '@revoked/store-memory'
 *
 * const registry: SessionRegistry = createSessions({
 *   store: memorySessions(),
 *   idleTimeout: '30m',
 *   absoluteLifetime: '30d',
 * })
 * ```
 */
export interface SessionRegistry<Device = unknown> {
  /** Opens a session. One that is open already stays as it is. */
  open(login: SessionLogin<Device>): Promise<OpenedSession>
  /**
   * Notes a use, and at once that the user has proved again who they are (`authenticatedAt`, in ms
   * since the epoch). The status is `not_open` if the session is not open: a use opens nothing. A
   * use that was not written, because one was within the last minute, is without `session`.
   */
  touch(
    subject: string,
    id: string,
    options?: { readonly authenticatedAt?: number },
  ): Promise<{ readonly status: string; readonly session?: AuthenticatedSession }>
  /** Returns an open session, or `undefined`. */
  get(subject: string, id: string): Promise<AuthenticatedSession | undefined>
  /**
   * Closes a session, and resolves too if it is not open: a retry completes what has failed.
   * `revoked` is what its revocation has just returned: it need not be repeated.
   */
  close(
    subject: string,
    id: string,
    options?: { readonly reason?: string; readonly revoked?: RevokeResult },
  ): Promise<unknown>
}

/**
 * A list of open sessions, as logout tokens need it. `createSessions` of `@revoked/sessions` is
 * one.
 *
 * @example
 * ```ts
 * import type { SessionCloser } from '@revoked/jose'
 * import { createSessions } from '@revoked/sessions'
 * import { memorySessions } from '@revoked/store-memory'
 *
 * const closer: SessionCloser = createSessions({
 *   store: memorySessions(),
 *   idleTimeout: '30m',
 *   absoluteLifetime: '30d',
 * })
 * ```
 */
export interface SessionCloser extends Pick<SessionRegistry, 'close'> {
  /**
   * Closes the sessions of a subject that were opened until an instant in ms since the epoch.
   * `revoked` is what their revocation has just returned.
   */
  closeAll(subject: string, options: { readonly openedUntil: number; readonly revoked: RevokeResult }): Promise<unknown>
}

/**
 * A session to open.
 *
 * @example
 * ```ts
 * import type { SessionLogin, SessionRegistry } from '@revoked/jose'
 *
 * const login: SessionLogin<string> = { subject: 'alice', device: 'Firefox on Linux', lifetime: '30d' }
 * const open = (sessions: SessionRegistry<string>) => sessions.open(login)
 * ```
 */
export interface SessionLogin<Device = unknown> {
  /** The `sub` of its tokens. */
  readonly subject: string
  /** What the application says of the device. */
  readonly device?: Device
  /** Its id. Default: a random one. */
  readonly id?: string
  /** How long it lasts at most, in place of the default of the list. */
  readonly lifetime?: Duration
  /** In ms since the epoch: when the user proved who they are. Default `openedAt`. */
  readonly authenticatedAt?: number
  /**
   * In ms since the epoch: when it began, if that was before there was a list. It must be refused
   * if it is over (TokenRevokedError with the reason `session_over`), or was closed since.
   */
  readonly openedAt?: number
  /** In ms since the epoch: when it ends at the latest. */
  readonly endsAt?: number
}

/**
 * What is known of the user of an open session.
 *
 * @example
 * ```ts
 * import type { AuthenticatedSession } from '@revoked/jose'
 *
 * const ageMs = ({ authenticatedAt }: AuthenticatedSession): number => Date.now() - authenticatedAt
 * ```
 */
export interface AuthenticatedSession {
  /**
   * When they proved who they are, in ms since the epoch: `auth_time` of its tokens, in seconds
   * there.
   */
  readonly authenticatedAt: number
}

/**
 * A session that is open.
 *
 * @example
 * ```ts
 * import type { OpenedSession } from '@revoked/jose'
 *
 * const remainingMs = ({ endsAt }: OpenedSession): number => endsAt - Date.now()
 * ```
 */
export interface OpenedSession extends AuthenticatedSession {
  readonly id: string
  /** When it was opened, in ms since the epoch: `session_at` of its tokens, in seconds there. */
  readonly openedAt: number
  /** When it ends, however much it is used, in ms since the epoch. */
  readonly endsAt: number
}
