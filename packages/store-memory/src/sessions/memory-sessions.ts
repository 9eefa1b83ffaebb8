import { assertKnownOptions, type OptionNames, StoreFullError } from '@revoked/core'
import {
  assertOpenLimit,
  assertSessionUse,
  assertStoredSession,
  type OpenLimit,
  type OpenResult,
  type SessionStore,
  type StoredSession,
  sessionExpiresAt,
  usedSession,
} from '@revoked/core/sessions'
import { createSweeper } from '../sweeper.ts'
import { createExpiryQueue } from './expiry-queue.ts'
import { createRememberedClosings } from './remembered-closings.ts'

/**
 * Options for {@link memorySessions}.
 *
 * @example
 * ```ts
 * import { memorySessions, type MemorySessionsOptions } from '@revoked/store-memory'
 *
 * const options: MemorySessionsOptions = { maxSessions: 100_000 }
 * const sessions = memorySessions(options)
 * ```
 */
export interface MemorySessionsOptions {
  /**
   * The largest number of open sessions, about 600 bytes each beside their data. Beyond that,
   * `open` rejects: an open session is never evicted. Default 1,000,000.
   */
  readonly maxSessions?: number
  /** The clock, in ms since the epoch. Give `createSessions` the same. Default `Date.now`. */
  readonly now?: () => number
}

/**
 * A {@link SessionStore} in the memory of this process.
 *
 * @example
 * ```ts
 * import { type MemorySessions, memorySessions } from '@revoked/store-memory'
 *
 * const sessions: MemorySessions = memorySessions()
 * setInterval(() => console.log(`${sessions.size} open sessions`), 60_000).unref()
 * ```
 */
export interface MemorySessions extends SessionStore {
  /** The number of stored sessions. It may include some that expired within the last second. */
  readonly size: number
}

const optionNames: OptionNames<MemorySessionsOptions> = { maxSessions: true, now: true }

/** The number of sessions to look at in one slice of the sweep: about a millisecond. */
const sweepSliceSize = 1_024

/**
 * Returns a store that keeps open sessions in this process: for tests, and for applications of one
 * process whose users may log in again when it restarts. `find` returns synchronously. A session is
 * not found from the millisecond of its expiry on, and is removed in the background afterwards.
 *
 * @example
 * ```ts
 * import { memorySessions } from '@revoked/store-memory'
 *
 * const sessions = memorySessions({ maxSessions: 100_000 })
 * const open = await sessions.list('ada')
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function memorySessions(options: MemorySessionsOptions = {}): MemorySessions {
  const { maxSessions, now } = readOptions(options)
  const queue = createExpiryQueue()
  const closings = createRememberedClosings()
  const wakeSweeper = createSweeper({
    isEmpty: () => queue.size() === 0,
    sweepSlice: () => queue.sweep(now(), sweepSliceSize) === sweepSliceSize,
  })

  /** Opens a session. All checks come first, so that a call that rejects has changed nothing. */
  function open(session: StoredSession, limit?: OpenLimit): OpenResult {
    assertStoredSession(session)
    assertOpenLimit(limit)
    const maxOpen = limit?.maxOpen ?? Infinity
    const at = now()
    const { subject, id } = session
    const sessions = queue.openOf(subject, at)
    const isLive = (one: string): boolean => sessions.some((other) => other.id === one)
    const closed = [...new Set(limit?.instead ?? [])].filter(isLive)
    const isOpen = isLive(id) && !closed.includes(id)
    const left = sessions.length - closed.length
    const closedUntil = closings.closedUntil(subject, at)
    const isEarly = !isOpen && session.openedAt <= closedUntil
    const opens = !isOpen && !isEarly && left < maxOpen && sessionExpiresAt(session) > at
    if (opens && queue.size() - closed.length >= maxSessions && !queue.makeRoom(at))
      throw new StoreFullError('The store holds maxSessions open sessions, and none of them has expired.')
    for (const other of closed) queue.remove(subject, other)
    if (opens) {
      queue.add(Object.freeze({ ...session }))
      wakeSweeper()
    }
    if (isEarly) return { opened: false, closedUntil }
    if (isOpen || left < maxOpen) return { opened: true }
    const remaining = sessions.filter((other) => !closed.includes(other.id)).sort(byUse)
    return { opened: false, leastUsed: remaining.slice(0, left - maxOpen + 1).map((other) => other.id) }
  }

  function close(subject: string, isClosed: (session: StoredSession) => boolean): readonly string[] {
    const closed = queue.openOf(subject, now()).filter(isClosed)
    for (const { id } of closed) queue.remove(subject, id)
    return closed.map(({ id }) => id)
  }

  return {
    get size() {
      return queue.size()
    },
    open: async (session, limit) => open(session, limit),
    touch: async (use) => {
      assertSessionUse(use)
      const session = queue.get(use, now())
      if (session === undefined) return undefined
      const used = Object.freeze(usedSession(session, use))
      queue.replace(used)
      return used
    },
    find: (keys, at = now()) =>
      keys.map((key) => {
        const session = queue.get(key, at)
        return session && sessionExpiresAt(session)
      }),
    list: async (subject) => queue.openOf(subject, now()),
    get: async (key) => queue.get(key, now()),
    count: async (subject) => queue.openOf(subject, now()).length,
    close: async (subject, ids) => {
      const given = new Set(ids)
      return close(subject, ({ id }) => given.has(id))
    },
    closeAll: async (subject, { openedUntil, except }) => {
      closings.note(subject, openedUntil, now())
      return close(subject, ({ id, openedAt }) => openedAt <= openedUntil && id !== except)
    },
  }
}

function readOptions(options: MemorySessionsOptions): Required<MemorySessionsOptions> {
  assertKnownOptions(options, optionNames)
  const { maxSessions = 1_000_000, now = () => Date.now() } = options
  if (!Number.isSafeInteger(maxSessions) || maxSessions < 1)
    throw new RangeError('maxSessions must be a whole number, 1 or more.')
  if (typeof now !== 'function') throw new TypeError('now must be a function.')
  return { maxSessions, now }
}

/** Orders sessions by their last use, the earliest first, and by id if it is the same. */
function byUse(a: StoredSession, b: StoredSession): number {
  return a.usedAt - b.usedAt || (a.id < b.id ? -1 : 1)
}
