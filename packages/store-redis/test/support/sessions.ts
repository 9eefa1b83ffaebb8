import { randomUUID } from 'node:crypto'
import type { SessionStore, StoredSession } from '@revoked/core/sessions'

/** Returns a session that was opened now, and is open for 30 minutes at least. */
export function sessionOf(subject: string, fields: Partial<StoredSession> = {}): StoredSession {
  const now = Date.now()
  return {
    id: randomUUID(),
    subject,
    openedAt: now,
    usedAt: now,
    authenticatedAt: now,
    idleMs: 1_800_000,
    endsAt: now + 86_400_000,
    data: '{"device":"laptop"}',
    ...fields,
  }
}

/** Opens a session as a login does: it closes the least used ones until there is room. */
export async function logIn(store: SessionStore, session: StoredSession, maxOpen: number): Promise<void> {
  let result = await store.open(session, { maxOpen, instead: [] })
  while (!result.opened) {
    const instead = 'leastUsed' in result ? result.leastUsed : []
    result = await store.open(session, { maxOpen, instead })
  }
}
