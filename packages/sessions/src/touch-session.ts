import { assertKnownOptions, type OptionNames } from '@revoked/core'
import { type SessionKey, type StoredSession, sessionExpiresAt } from '@revoked/core/sessions'
import { readId, readPastInstant } from './arguments.ts'
import type { Settings } from './options.ts'
import type { Session } from './session.ts'

/**
 * The options of `touch`.
 *
 * @example
 * ```ts
 * import type { Sessions, TouchOptions } from '@revoked/sessions'
 *
 * // The user has just entered the password again.
 * const options = (): TouchOptions => ({ authenticatedAt: Date.now() })
 * const confirmed = (sessions: Sessions<unknown>, subject: string, sid: string) =>
 *   sessions.touch(subject, sid, options())
 * ```
 */
export interface TouchOptions {
  /**
   * In ms since the epoch: when the user has proved again who they are, such as with a password.
   * Written at once.
   */
  readonly authenticatedAt?: number
}

/**
 * What a use of a session came to.
 *
 * @example
 * ```ts
 * import type { TouchResult } from '@revoked/sessions'
 *
 * const mustLogIn = (result: TouchResult<unknown>): boolean => result.status === 'not_open'
 * ```
 */
export type TouchResult<Device> =
  /** It was written. */
  | { readonly status: 'noted'; readonly session: Session<Device> }
  /** It was not written: this process noted a use within the last minute. */
  | { readonly status: 'recent' }
  /** The session is not open: unknown, closed or expired. */
  | { readonly status: 'not_open' }

/** The uses of sessions that this process has noted. */
export interface Touches<Device> extends TouchNotes {
  readonly touch: (subject: string, id: string, options?: TouchOptions) => Promise<TouchResult<Device>>
}

/** What others tell the notes. */
export interface TouchNotes {
  /** Counts the opening of a session as its first use. */
  readonly noteOpened: (session: StoredSession) => void
  /** Forgets sessions that were closed, so that their next use is looked up. */
  readonly forget: (subject: string, ids: readonly string[]) => void
}

/** A use: being written, or written at `notedAt`. */
interface Noted<Device> {
  notedAt: number
  intervalMs: number
  write: Promise<TouchResult<Device>> | undefined
}

/** How often a use is written at most. */
const intervalMs = 60_000

/** A session that is used at a steady rate must not expire because its uses are not written. */
const writesPerIdleTime = 4

/**
 * How many sessions are remembered, about 200 bytes each. One that is forgotten costs one more
 * write.
 */
const maxNoted = 50_000

const recent = Object.freeze({ status: 'recent' })
const notOpen = Object.freeze({ status: 'not_open' })
const optionNames: OptionNames<TouchOptions> = { authenticatedAt: true }

/** Creates the notes of one process. */
export function createTouches<Device>(
  { store, now }: Settings,
  show: (stored: StoredSession) => Session<Device>,
): Touches<Device> {
  const notes = new Map<string, Noted<Device>>()

  function remember(key: string, noted: Noted<Device>): void {
    // A map keeps the order of insertion: the first one is the one that was written longest ago.
    notes.delete(key)
    notes.set(key, noted)
    if (notes.size <= maxNoted) return
    for (const oldest of notes.keys()) {
      notes.delete(oldest)
      return
    }
  }

  async function write(
    key: SessionKey,
    use: { usedAt: number; authenticatedAt?: number },
  ): Promise<TouchResult<Device>> {
    const stored = await store.touch({ ...key, ...use })
    return stored === undefined ? notOpen : { status: 'noted', session: show(stored) }
  }

  async function writeAndNote(key: SessionKey, at: number, authenticatedAt?: number): Promise<TouchResult<Device>> {
    const name = nameOf(key)
    const noted: Noted<Device> = { notedAt: at, intervalMs, write: undefined }
    const written = write(key, { usedAt: at, ...(authenticatedAt !== undefined && { authenticatedAt }) })
    noted.write = written
    remember(name, noted)
    try {
      const result = await written
      // If it was closed meanwhile, the note is not in the map any more.
      if (result.status === 'noted') noteWritten(noted, result.session.expiresAt - result.session.lastUsedAt)
      else notes.delete(name)
      return result
    } catch (error) {
      notes.delete(name)
      throw error
    }
  }

  return {
    touch: async (subject, id, options = {}) => {
      assertKnownOptions(options, optionNames)
      const key = { subject: readId(subject, 'subject'), id: readId(id, 'id') }
      const at = now()
      const authenticatedAt = readPastInstant(options.authenticatedAt, 'authenticatedAt', at)
      const noted = authenticatedAt === undefined ? notes.get(nameOf(key)) : undefined
      if (noted?.write !== undefined) return noted.write
      // A clock that was put back must not end the writing.
      if (noted !== undefined && Math.abs(at - noted.notedAt) < noted.intervalMs) return recent
      return writeAndNote(key, at, authenticatedAt)
    },
    noteOpened: (session) => {
      const noted: Noted<Device> = { notedAt: session.usedAt, intervalMs, write: undefined }
      noteWritten(noted, sessionExpiresAt(session) - session.usedAt)
      remember(nameOf(session), noted)
    },
    forget: (subject, ids) => {
      for (const id of ids) notes.delete(nameOf({ subject, id }))
    },
  }
}

/** The interval is over before the session expires, so what has expired is never called recent. */
function noteWritten(noted: Noted<unknown>, msToExpiry: number): void {
  noted.write = undefined
  noted.intervalMs = Math.min(intervalMs, msToExpiry / writesPerIdleTime)
}

/** The length keeps subject and id apart, whatever they contain. */
function nameOf({ subject, id }: SessionKey): string {
  return `${subject.length}:${subject}${id}`
}
