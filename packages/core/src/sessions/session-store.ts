/**
 * A session as stores keep it. All instants and times are whole ms, and instants count from the
 * epoch.
 *
 * @example
 * ```ts
 * import type { StoredSession } from '@revoked/core/sessions'
 * import { memorySessions } from '@revoked/store-memory'
 *
 * const session: StoredSession = {
 *   id: 'sid-of-the-phone',
 *   subject: 'alice',
 *   openedAt: Date.now(),
 *   usedAt: Date.now(),
 *   authenticatedAt: Date.now(),
 *   idleMs: 1_800_000,
 *   endsAt: Date.now() + 86_400_000,
 *   data: '{"name":"Phone"}',
 * }
 * await memorySessions().open(session)
 * ```
 */
export interface StoredSession {
  /** Any string: the `sid` of its tokens, or the `jti` of a token that is a session by itself. */
  readonly id: string
  /** Any string: the `sub` of its tokens. */
  readonly subject: string
  /** When it was opened. */
  readonly openedAt: number
  /** When it was used last. */
  readonly usedAt: number
  /** When its user proved who they are, such as with a password, for the last time. */
  readonly authenticatedAt: number
  /** How long it may lie idle. */
  readonly idleMs: number
  /** When it ends, however much it is used. */
  readonly endsAt: number
  /** A text of the application: its description of the device. */
  readonly data: string
}

/**
 * Which session: its subject too, so that nobody reaches the session of another one.
 *
 * @example
 * ```ts
 * import type { SessionKey } from '@revoked/core/sessions'
 * import { memorySessions } from '@revoked/store-memory'
 *
 * const key: SessionKey = { subject: 'alice', id: 'sid-of-the-phone' }
 * const [expiresAt] = await memorySessions().find([key])
 * ```
 */
export interface SessionKey {
  readonly subject: string
  readonly id: string
}

/**
 * How many sessions of a subject may be open, for {@link SessionStore.open}.
 *
 * @example
 * ```ts
 * import type { OpenLimit, SessionStore, StoredSession } from '@revoked/core/sessions'
 *
 * const limit: OpenLimit = { maxOpen: 5, instead: [] }
 * const open = (sessions: SessionStore, session: StoredSession) => sessions.open(session, limit)
 * ```
 */
export interface OpenLimit {
  /** The number of open sessions of the subject, the new one included. */
  readonly maxOpen: number
  /** The ids of sessions that are closed for the new one. Unknown ones are ignored. */
  readonly instead: readonly string[]
}

/**
 * The result of {@link SessionStore.open}.
 *
 * @example
 * ```ts
 * import type { OpenResult } from '@revoked/core/sessions'
 *
 * const toClose = (result: OpenResult): readonly string[] => ('leastUsed' in result ? result.leastUsed : [])
 * ```
 */
export type OpenResult =
  | { readonly opened: true }
  | {
      readonly opened: false
      /**
       * The ids to close so that there is room for one more: the sessions that were used longest
       * ago.
       */
      readonly leastUsed: readonly string[]
    }
  | {
      readonly opened: false
      /**
       * The `openedUntil` of a `closeAll` that this session is dated at or before, in ms since the
       * epoch. To open it nevertheless, date it later.
       */
      readonly closedUntil: number
    }

/**
 * A use of a session, for {@link SessionStore.touch}.
 *
 * @example
 * ```ts
 * import type { SessionUse } from '@revoked/core/sessions'
 * import { memorySessions } from '@revoked/store-memory'
 *
 * const use = (subject: string, id: string): SessionUse => ({ subject, id, usedAt: Date.now() })
 * const isOpen = (await memorySessions().touch(use('alice', 'sid-of-the-phone'))) !== undefined
 * ```
 */
export interface SessionUse extends SessionKey {
  readonly usedAt: number
  /** Set if its user has proved again who they are. */
  readonly authenticatedAt?: number
}

/**
 * Which sessions of a subject are closed, for {@link SessionStore.closeAll}.
 *
 * @example
 * ```ts
 * import type { CloseRange } from '@revoked/core/sessions'
 * import { memorySessions } from '@revoked/store-memory'
 *
 * const untilNow: CloseRange = { openedUntil: Date.now(), except: 'sid-of-this-device' }
 * const closed = await memorySessions().closeAll('alice', untilNow)
 * ```
 */
export interface CloseRange {
  /**
   * The last instant of opening that is closed, in ms since the epoch. `Infinity` closes whatever
   * is open, and is remembered as the time of the call.
   */
  readonly openedUntil: number
  /** The id of a session that stays open. */
  readonly except?: string
}

/**
 * A store of open sessions, by subject. Each sentence here is a case of `@revoked/conformance`.
 *
 * - A session is open from its `open` until `sessionExpiresAt`, unless it is closed before. It is
 *   not found, listed or counted afterwards. What has expired is removed by other calls of its
 *   subject, or by itself.
 * - Every call is atomic per subject: of any number of concurrent `open`s, as many succeed as there
 *   is room for.
 * - Subjects and ids are opaque: any string. No call reaches the session of another subject.
 * - An open session is never evicted. A full store rejects `open`.
 * - The latest `openedUntil` of the `closeAll`s of a subject is remembered for
 *   {@link closeAllRememberedMs}: no session that is dated at or before it is opened any more. So a
 *   login that was on its way during a `closeAll` is not listed after it.
 * - Every failure rejects (or throws). An empty result means "not open", never "the lookup failed".
 *
 * @example
 * ```ts
 * import type { SessionStore } from '@revoked/core/sessions'
 *
 * const isLoggedIn = async (sessions: SessionStore, subject: string): Promise<boolean> =>
 *   (await sessions.count(subject)) > 0
 * ```
 */
export interface SessionStore {
  /**
   * Opens a session, unless `limit.maxOpen` sessions of the subject are open already, or a
   * `closeAll` is remembered that reaches it. Those of `limit.instead` are closed before, whatever
   * the result. A session that is open already stays as it is, so that an attempt may be repeated.
   */
  open(session: StoredSession, limit?: OpenLimit): Promise<OpenResult>

  /**
   * Notes the use of an open session, and returns it. Its instants only grow. Returns `undefined`
   * if it is not open: a use opens nothing.
   */
  touch(use: SessionUse): Promise<StoredSession | undefined>

  /**
   * Returns when each session expires, in the order of the keys, and `undefined` for one that is
   * not open. May return synchronously.
   *
   * @param at - What `Date.now()` has just returned, if the caller has read it.
   */
  find(
    keys: readonly SessionKey[],
    at?: number,
  ): readonly (number | undefined)[] | Promise<readonly (number | undefined)[]>

  /** Returns the open sessions of a subject, in any order. */
  list(subject: string): Promise<readonly StoredSession[]>

  /** Returns an open session. */
  get(key: SessionKey): Promise<StoredSession | undefined>

  /** Returns the number of open sessions of a subject. */
  count(subject: string): Promise<number>

  /** Closes sessions of a subject. Returns the ids of those that were open. */
  close(subject: string, ids: readonly string[]): Promise<readonly string[]>

  /** Closes the sessions of a subject that were opened until an instant. Returns their ids. */
  closeAll(subject: string, range: CloseRange): Promise<readonly string[]>
}

/**
 * How long a {@link SessionStore} remembers a `closeAll`, in ms: ten minutes. That is longer than
 * an `open` may be on its way, and clocks of instances may differ.
 *
 * @example
 * ```ts
 * import { closeAllRememberedMs } from '@revoked/core/sessions'
 *
 * // The `closeAll` of a store of your own.
 * const forgetAt = (now: number): number => now + closeAllRememberedMs
 * ```
 */
export const closeAllRememberedMs = 600_000

/**
 * Returns when a session expires, in ms since the epoch: idle, or at its end.
 *
 * @example
 * ```ts
 * import { sessionExpiresAt, type StoredSession } from '@revoked/core/sessions'
 *
 * // The `find` of a store of your own.
 * const expiryOf = (session: StoredSession | undefined, now: number): number | undefined =>
 *   session !== undefined && sessionExpiresAt(session) > now ? sessionExpiresAt(session) : undefined
 * ```
 */
export function sessionExpiresAt({ usedAt, idleMs, endsAt }: StoredSession): number {
  return Math.min(usedAt + idleMs, endsAt)
}

/**
 * Returns the session after a use. Instants only grow, because uses may be noted in another order
 * than they happened.
 *
 * @example
 * ```ts
 * import { type SessionUse, type StoredSession, usedSession } from '@revoked/core/sessions'
 *
 * // The `touch` of a store of your own, once the session was found open.
 * function touched(rows: Map<string, StoredSession>, session: StoredSession, use: SessionUse): StoredSession {
 *   const next = usedSession(session, use)
 *   rows.set(session.id, next)
 *   return next
 * }
 * ```
 */
export function usedSession(session: StoredSession, { usedAt, authenticatedAt }: SessionUse): StoredSession {
  return {
    ...session,
    usedAt: Math.max(session.usedAt, usedAt),
    authenticatedAt: Math.max(session.authenticatedAt, authenticatedAt ?? 0),
  }
}
