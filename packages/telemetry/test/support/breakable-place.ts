import type { FollowableStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import type { LeakPlace } from './leak-run.ts'

/** Returns stores in memory whose calls reject with an error of a client, from `break` on. */
export function breakablePlace(failure: unknown): LeakPlace {
  let isBroken = false
  const fail = (name: string, member: unknown): unknown => {
    if (typeof member !== 'function' || !calls.has(name)) return member
    return (...args: readonly unknown[]): unknown => (isBroken ? Promise.reject(failure) : member(...args))
  }
  const breakable = <Store extends object>(store: Store): Store =>
    Object.fromEntries(Object.entries(store).map(([name, member]) => [name, fail(name, member)])) as Store
  return {
    store: breakable<FollowableStore>(memoryStore()),
    list: breakable<SessionStore>(memorySessions()),
    addresses: [],
    break: () => {
      isBroken = true
    },
  }
}

/** The calls of both contracts that may fail. */
const calls: ReadonlySet<string> = new Set([
  ...['record', 'find', 'forget', 'agree', 'read'],
  ...['open', 'touch', 'list', 'get', 'count', 'close', 'closeAll'],
])
