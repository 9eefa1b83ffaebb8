import type { StoredSession } from '@revoked/core/sessions'

/** @throws RangeError if it is no whole number of ms, from 0. */
export function assertWholeMs(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be a whole number of ms, from 0.`)
}

/** @throws TypeError or RangeError if it is not what the contract calls a session. */
export function assertSession(session: StoredSession): void {
  for (const name of ['id', 'subject', 'data'] as const)
    if (typeof session[name] !== 'string') throw new TypeError(`${name} of a session must be a string.`)
  for (const name of ['openedAt', 'usedAt', 'authenticatedAt', 'idleMs', 'endsAt'] as const)
    assertWholeMs(session[name], name)
}
