import { type SessionStore, type StoredSession, sessionExpiresAt, usedSession } from '@revoked/core/sessions'

/**
 * Returns a session store that is as simple as the contract: an array. Other stores are compared
 * with it.
 */
export function modelSessions(): SessionStore {
  let all: readonly StoredSession[] = []
  const closedUntil = new Map<string, number>()
  const openOf = (subject: string): readonly StoredSession[] =>
    all.filter((session) => session.subject === subject && sessionExpiresAt(session) > Date.now())
  const find = (subject: string, id: string): StoredSession | undefined =>
    openOf(subject).find((session) => session.id === id)

  function remove(sessions: readonly StoredSession[]): readonly string[] {
    all = all.filter((session) => !sessions.includes(session))
    return sessions.map(({ id }) => id)
  }

  return {
    open: async (session, limit) => {
      const { maxOpen = Infinity, instead = [] } = limit ?? {}
      remove(openOf(session.subject).filter(({ id }) => instead.includes(id)))
      const open = openOf(session.subject)
      if (open.some(({ id }) => id === session.id)) return { opened: true }
      const closed = closedUntil.get(session.subject) ?? -Infinity
      if (session.openedAt <= closed) return { opened: false, closedUntil: closed }
      if (open.length < maxOpen) {
        all = [...all.filter(({ subject, id }) => subject !== session.subject || id !== session.id), session]
        return { opened: true }
      }
      const byUse = open.toSorted((a, b) => a.usedAt - b.usedAt)
      return { opened: false, leastUsed: byUse.slice(0, open.length - maxOpen + 1).map(({ id }) => id) }
    },
    touch: async (use) => {
      const session = find(use.subject, use.id)
      if (session === undefined) return undefined
      const used = usedSession(session, use)
      all = all.map((other) => (other === session ? used : other))
      return used
    },
    find: async (keys) =>
      keys.map(({ subject, id }) => {
        const session = find(subject, id)
        return session && sessionExpiresAt(session)
      }),
    list: async (subject) => openOf(subject),
    get: async ({ subject, id }) => find(subject, id),
    count: async (subject) => openOf(subject).length,
    close: async (subject, ids) => remove(openOf(subject).filter(({ id }) => ids.includes(id))),
    closeAll: async (subject, { openedUntil, except }) => {
      closedUntil.set(subject, Math.max(closedUntil.get(subject) ?? -Infinity, openedUntil))
      return remove(openOf(subject).filter(({ id, openedAt }) => openedAt <= openedUntil && id !== except))
    },
  }
}
