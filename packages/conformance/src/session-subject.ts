import type { SessionStore } from '@revoked/core/sessions'

/**
 * An empty session store, opened for one case.
 *
 * @example
 * ```ts
 * import type { OpenSessions } from '@revoked/conformance'
 * import { memorySessions } from '@revoked/store-memory'
 *
 * const open = (): OpenSessions => ({ store: memorySessions() })
 * ```
 */
export interface OpenSessions {
  readonly store: SessionStore
  /** Another handle on the same sessions, as another process has it. */
  readonly peer?: SessionStore
  /** Called when the case is over. */
  readonly close?: () => Promise<void> | void
}

/**
 * Opens the session stores that the cases run on.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { sessionCases, type SessionSubject } from '@revoked/conformance'
 * import { memorySessions } from '@revoked/store-memory'
 *
 * const subject: SessionSubject = { open: () => ({ store: memorySessions() }) }
 * for (const { name, run } of sessionCases) test(name, () => run(subject))
 * ```
 */
export interface SessionSubject {
  /** Returns an empty store, in a separate key space. */
  readonly open: () => OpenSessions | Promise<OpenSessions>
}
