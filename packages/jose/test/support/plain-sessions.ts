import type { SessionStore, StoredSession } from '@revoked/core/sessions'
import { sessionExpiresAt, usedSession } from '@revoked/core/sessions'

/** Returns a session store that does what the contract says, and nothing else. */
export function plainSessions({ now = Date.now }: { readonly now?: () => number } = {}): SessionStore {
  const bySubject = new Map<string, Map<string, StoredSession>>()

  function openOf(subject: string): Map<string, StoredSession> {
    const sessions = bySubject.get(subject) ?? new Map<string, StoredSession>()
    bySubject.set(subject, sessions)
    for (const [id, session] of sessions) if (sessionExpiresAt(session) <= now()) sessions.delete(id)
    return sessions
  }

  return {
    open: async (session, limit) => {
      const sessions = openOf(session.subject)
      for (const id of limit?.instead ?? []) if (id !== session.id) sessions.delete(id)
      if (sessions.has(session.id)) return { opened: true }
      const excess = sessions.size + 1 - (limit?.maxOpen ?? Infinity)
      if (excess > 0) {
        const oldest = [...sessions.values()].sort((a, b) => a.usedAt - b.usedAt)
        return { opened: false, leastUsed: oldest.slice(0, excess).map(({ id }) => id) }
      }
      sessions.set(session.id, session)
      return { opened: true }
    },
    touch: async (use) => {
      const session = openOf(use.subject).get(use.id)
      if (session === undefined) return undefined
      const used = usedSession(session, use)
      openOf(use.subject).set(use.id, used)
      return used
    },
    find: async (keys) =>
      keys.map(({ subject, id }) => {
        const session = openOf(subject).get(id)
        return session && sessionExpiresAt(session)
      }),
    list: async (subject) => [...openOf(subject).values()],
    get: async ({ subject, id }) => openOf(subject).get(id),
    count: async (subject) => openOf(subject).size,
    close: async (subject, ids) => ids.filter((id) => openOf(subject).delete(id)),
    closeAll: async (subject, { openedUntil, except }) => {
      const closed = [...openOf(subject).values()].filter(
        ({ id, openedAt }) => id !== except && openedAt <= openedUntil,
      )
      return closed.map(({ id }) => id).filter((id) => openOf(subject).delete(id))
    },
  }
}
