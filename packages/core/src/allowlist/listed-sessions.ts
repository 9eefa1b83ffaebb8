import type { SessionKey } from '../sessions/session-store.ts'

/** The sessions that the allowlist is known to contain. It never says that one is missing. */
export interface ListedSessions {
  /** Returns true if the session is known to be listed at that instant, in ms since the epoch. */
  readonly has: (key: SessionKey, at: number) => boolean
  /** Notes that a session is listed until that instant. */
  readonly add: (key: SessionKey, expiresAt: number) => void
  readonly remove: (key: SessionKey) => void
}

interface Entry {
  readonly subject: string
  readonly expiresAt: number
}

/**
 * Returns an empty cache of at most `maxSessions`. Sessions of two subjects with the same id
 * replace one another, so that no key has to be composed.
 *
 * It keeps two generations: if the newer one has half of the sessions, the older one is dropped.
 * What was used lately stays. Deletions from the front of a large `Map` would be slow, because its
 * iterators pass over what was deleted.
 */
export function createListedSessions(maxSessions: number): ListedSessions {
  let newer = new Map<string, Entry>()
  let older = new Map<string, Entry>()

  function put(id: string, entry: Entry): void {
    if (newer.size >= maxSessions / 2 && !newer.has(id)) {
      older = newer
      newer = new Map()
    }
    newer.set(id, entry)
  }

  return {
    has: ({ subject, id }, at) => {
      const recent = newer.get(id)
      const entry = recent ?? older.get(id)
      if (entry === undefined || entry.subject !== subject || !(at < entry.expiresAt)) return false
      if (recent === undefined) put(id, entry)
      return true
    },
    add: ({ subject, id }, expiresAt) => put(id, { subject, expiresAt }),
    remove: ({ id }) => {
      newer.delete(id)
      older.delete(id)
    },
  }
}
