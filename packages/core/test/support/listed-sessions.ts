import {
  createRevocation,
  type ListedId,
  type Revocation,
  type RevocationOptions,
  type RevocationStore,
} from '@revoked/core'
import type { SessionKey, SessionStore } from '@revoked/core/sessions'
import { plainStore } from '@revoked/testing/plain-store'
import { hourMs, startMs, type VirtualClock, virtualClock } from './claims.ts'

/** A store of sessions of which `find` alone works, with faults and a count of its calls. */
export interface TestSessions extends SessionStore {
  /** The keys of each call of `find`. */
  readonly asked: (readonly SessionKey[])[]
  /** Lists a session for an hour, or until that instant. */
  readonly put: (subject: string, id: string, expiresAt?: number) => void
  /** Takes a session off the list, and revokes nothing. */
  readonly drop: (subject: string, id: string) => void
  /** Replaces the answers of `find`, which may have any type. */
  fault: (() => unknown) | undefined
}

/** Returns an empty list. It answers at once if `isSynchronous`. */
export function testSessions({ isSynchronous = false } = {}): TestSessions {
  const listed = new Map<string, number>()
  const nameOf = (subject: string, id: string) => JSON.stringify([subject, id])
  const asked: (readonly SessionKey[])[] = []
  const unused = () => Promise.reject(new Error('Not a part of checks.'))
  const sessions: TestSessions = {
    asked,
    put: (subject, id, expiresAt = startMs + hourMs) => void listed.set(nameOf(subject, id), expiresAt),
    drop: (subject, id) => void listed.delete(nameOf(subject, id)),
    fault: undefined,
    find: (keys) => {
      asked.push(keys)
      if (sessions.fault !== undefined) return sessions.fault() as ReturnType<SessionStore['find']>
      const expiries = keys.map(({ subject, id }) => listed.get(nameOf(subject, id)))
      return isSynchronous ? expiries : Promise.resolve(expiries)
    },
    open: unused,
    touch: unused,
    list: unused,
    get: unused,
    count: unused,
    close: unused,
    closeAll: unused,
  }
  return sessions
}

/** A revocation with an allowlist, at the start of the virtual clock. */
export interface ListedRevocation {
  readonly clock: VirtualClock
  readonly sessions: TestSessions
  readonly revocation: Revocation
}

/** Options for {@link listedRevocation}. */
export interface ListedRevocationOptions extends Partial<RevocationOptions> {
  readonly by?: ListedId
  readonly sessions?: TestSessions
  readonly clock?: VirtualClock
}

/** Returns the revocation. Session `session-1` of alice is listed for an hour. */
export function listedRevocation({
  by,
  sessions = testSessions(),
  clock = virtualClock(),
  ...options
}: ListedRevocationOptions = {}): ListedRevocation {
  sessions.put('alice', by === 'jti' ? 'token-1' : 'session-1')
  const revocation = createRevocation({
    store: plainStore(clock),
    maxTokenLifetime: '24h',
    now: clock.now,
    allowlist: { sessions, by },
    ...options,
  })
  return { clock, sessions, revocation }
}

/**
 * Returns the store as core sees a cache: others can observe it. It answers synchronously, as a
 * cache does that knows.
 */
export function cachingStore(store: RevocationStore): RevocationStore {
  return Object.assign({ ...store }, { observe: () => ({ status: () => [], close: () => {} }) })
}
