import { type Claims, createRevocation, type Revocation, type RevocationStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { type VirtualClock, virtualClock } from '@revoked/testing'
import { createSessions, type Session, type Sessions, type SessionsOptions } from '../../src/index.ts'

export interface Setup {
  readonly clock: VirtualClock
  readonly store: SessionStore
  readonly marks: RevocationStore
  readonly revocation: Revocation
  readonly sessions: Sessions<unknown>
}

export interface SetupOptions extends Partial<SessionsOptions<unknown>> {
  readonly clock?: VirtualClock
  readonly marks?: RevocationStore
}

/** Returns sessions with a revocation, over stores and a clock that the test owns. */
export function setup({ clock = virtualClock(), marks, ...options }: SetupOptions = {}): Setup {
  const { now } = clock
  const kept = marks ?? memoryStore({ now })
  const revocation = options.revocation ?? createRevocation({ store: kept, maxTokenLifetime: '24h', now })
  const store = options.store ?? memorySessions({ now })
  const sessions = createSessions({ idleTimeout: '30m', absoluteLifetime: '30d', ...options, store, revocation, now })
  return { clock, store, marks: kept, revocation, sessions }
}

/** Returns the claims of a token that is issued now for a session. */
export function claimsOf(session: Session<unknown>, now: number): Claims {
  const iat = now / 1_000
  return { sub: session.subject, sid: session.id, iat, session_at: session.openedAt / 1_000, exp: iat + 900 }
}
