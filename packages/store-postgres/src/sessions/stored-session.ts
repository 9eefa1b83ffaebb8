import { type StoredSession, sessionExpiresAt } from '@revoked/core/sessions'
import { storableName } from '../marks/stored-key.ts'

/** A session as the functions of the database return it. */
export interface SessionJson {
  readonly openedAt: number
  readonly usedAt: number
  readonly authenticatedAt: number
  readonly idleMs: number
  readonly endsAt: number
  readonly details: string
}

/** Returns the row of a session, by the stored name of its subject. */
export function rowOf(session: StoredSession, subject: string): Readonly<Record<string, string | number>> {
  const { id, openedAt, usedAt, authenticatedAt, idleMs, endsAt, data } = session
  return {
    subject,
    id: storableName(id),
    opened_at: openedAt,
    used_at: usedAt,
    authenticated_at: authenticatedAt,
    idle_ms: idleMs,
    ends_at: endsAt,
    expires_at: sessionExpiresAt(session),
    details: JSON.stringify([id, data]),
  }
}

/** Returns the session that the database has returned. */
export function sessionIn({ details, ...instants }: SessionJson, subject: string): StoredSession {
  const [id, data] = JSON.parse(details) as readonly [string, string]
  return { id, subject, ...instants, data }
}

/** Returns the ids in details of sessions. `null`: there are none. */
export function idsIn(details: unknown): readonly string[] {
  return ((details ?? []) as readonly string[]).map((text) => (JSON.parse(text) as readonly [string])[0])
}
