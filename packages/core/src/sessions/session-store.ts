/**
 * A session as stores keep it. All instants and times are whole ms, and instants count from the
 * epoch.
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

/** Which session: its subject too, so that nobody reaches the session of another one. */
export interface SessionKey {
  readonly subject: string
  readonly id: string
}

/** How many sessions of a subject may be open, for {@link SessionStore.open}. */
export interface OpenLimit {
  /** The number of open sessions of the subject, the new one included. */
  readonly maxOpen: number
  /** The ids of sessions that are closed for the new one. Unknown ones are ignored. */
  readonly instead: readonly string[]
}

/** The result of {@link SessionStore.open}. */
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

/** A use of a session, for {@link SessionStore.touch}. */
export interface SessionUse extends SessionKey {
  readonly usedAt: number
  /** Set if its user has proved again who they are. */
  readonly authenticatedAt?: number
}

/** Which sessions of a subject are closed, for {@link SessionStore.closeAll}. */
export interface CloseRange {
  /** The last instant of opening that is closed, in ms since the epoch. */
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
 * - Every failure rejects (or throws). An empty result means "not open", never "the lookup failed".
 */
export interface SessionStore {
  /**
   * Opens a session, unless `limit.maxOpen` sessions of the subject are open already. Those of
   * `limit.instead` are closed before, whatever the result. A session that is open already stays as
   * it is, so that an attempt may be repeated.
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

/** Returns when a session expires, in ms since the epoch: idle, or at its end. */
export function sessionExpiresAt({ usedAt, idleMs, endsAt }: StoredSession): number {
  return Math.min(usedAt + idleMs, endsAt)
}

/**
 * Returns the session after a use. Instants only grow, because uses may be noted in another order
 * than they happened.
 */
export function usedSession(session: StoredSession, { usedAt, authenticatedAt }: SessionUse): StoredSession {
  return {
    ...session,
    usedAt: Math.max(session.usedAt, usedAt),
    authenticatedAt: Math.max(session.authenticatedAt, authenticatedAt ?? 0),
  }
}
