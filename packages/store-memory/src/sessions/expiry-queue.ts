import { type SessionKey, type StoredSession, sessionExpiresAt } from '@revoked/core/sessions'
import FlatQueue from 'flatqueue'

/**
 * Sessions by subject and id, with a queue that finds those that have expired.
 */
export interface ExpiryQueue {
  /** The number of sessions, those included that have expired and were not removed yet. */
  readonly size: () => number
  readonly get: (key: SessionKey, at: number) => StoredSession | undefined
  /** Returns the sessions of a subject that are open at an instant. */
  readonly openOf: (subject: string, at: number) => readonly StoredSession[]
  /** Adds a session, in place of one that has expired. */
  readonly add: (session: StoredSession) => void
  /** Replaces a session by itself after a use. */
  readonly replace: (session: StoredSession) => void
  readonly remove: (subject: string, id: string) => void
  /** Removes what has expired, as far as so many entries show it. Returns their number. */
  readonly sweep: (at: number, most: number) => number
  /** Removes what has expired until something was removed. Returns `false` if nothing was. */
  readonly makeRoom: (at: number) => boolean
}

/** A place in the queue, which outlives its session if that is closed. */
interface Entry {
  session: StoredSession | undefined
}

/** The entries of closed sessions that are kept, beside as many as there are open sessions. */
const maxLeft = 1_024

/** Creates an empty one. */
export function createExpiryQueue(): ExpiryQueue {
  const subjects = new Map<string, Map<string, Entry>>()
  let queue = new FlatQueue<Entry>()
  let size = 0

  function remove(subject: string, id: string): void {
    const entries = subjects.get(subject)
    const entry = entries?.get(id)
    if (entries === undefined || entry === undefined) return
    entry.session = undefined
    entries.delete(id)
    if (entries.size === 0) subjects.delete(subject)
    size--
    if (queue.length > 2 * size + maxLeft) compact()
  }

  /** Drops the places of closed sessions. A rare pass over all: it halves the queue at least. */
  function compact(): void {
    const compacted = new FlatQueue<Entry>()
    for (const entries of subjects.values()) for (const entry of entries.values()) push(compacted, entry)
    queue = compacted
  }

  /** Takes the first place of the queue if it is due. Returns `undefined` if none is. */
  function takeDue(at: number): 'removed' | 'other' | undefined {
    const dueAt = queue.peekValue()
    const entry = dueAt !== undefined && dueAt <= at ? queue.pop() : undefined
    if (entry === undefined) return undefined
    const { session } = entry
    if (session === undefined) return 'other'
    if (sessionExpiresAt(session) > at) {
      // It was used since: its place is where it expires now.
      push(queue, entry)
      return 'other'
    }
    remove(session.subject, session.id)
    return 'removed'
  }

  const get = ({ subject, id }: SessionKey, at: number): StoredSession | undefined => {
    const session = subjects.get(subject)?.get(id)?.session
    return session !== undefined && sessionExpiresAt(session) > at ? session : undefined
  }

  return {
    size: () => size,
    get,
    openOf: (subject, at) =>
      Array.from(subjects.get(subject)?.values() ?? []).flatMap(({ session }) =>
        session !== undefined && sessionExpiresAt(session) > at ? [session] : [],
      ),
    add: (session) => {
      remove(session.subject, session.id)
      const entry: Entry = { session }
      const entries = subjects.get(session.subject) ?? new Map<string, Entry>()
      subjects.set(session.subject, entries.set(session.id, entry))
      push(queue, entry)
      size++
    },
    replace: (session) => {
      const entry = subjects.get(session.subject)?.get(session.id)
      if (entry !== undefined) entry.session = session
    },
    remove,
    sweep: (at, most) => {
      let taken = 0
      while (taken < most && takeDue(at) !== undefined) taken++
      return taken
    },
    makeRoom: (at) => {
      for (;;) {
        const taken = takeDue(at)
        if (taken !== 'other') return taken === 'removed'
      }
    },
  }
}

function push(queue: FlatQueue<Entry>, entry: Entry): void {
  if (entry.session !== undefined) queue.push(entry, sessionExpiresAt(entry.session))
}
