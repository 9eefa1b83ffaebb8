import type { OpenLimit, SessionUse, StoredSession } from './session-store.ts'

/**
 * Refuses what is no session, for `open` of a store of your own.
 *
 * @example
 * ```ts
 * import { assertStoredSession, type StoredSession } from '@revoked/core/sessions'
 *
 * const rowOf = (session: StoredSession): string => {
 *   assertStoredSession(session)
 *   return JSON.stringify(session)
 * }
 * ```
 *
 * @throws TypeError if a text is no string, RangeError if an instant or a time is not a whole
 *   number of ms, from 0.
 */
export function assertStoredSession(session: StoredSession): void {
  for (const name of ['id', 'subject', 'data'] as const)
    if (typeof session[name] !== 'string') throw new TypeError(`${name} of a session must be a string.`)
  for (const name of ['openedAt', 'usedAt', 'authenticatedAt', 'idleMs', 'endsAt'] as const)
    assertWholeMs(session[name], name)
}

/**
 * Refuses what is no use of a session, for `touch` of a store of your own.
 *
 * @example
 * ```ts
 * import { assertSessionUse, type SessionUse } from '@revoked/core/sessions'
 *
 * const instantOf = (use: SessionUse): number => {
 *   assertSessionUse(use)
 *   return use.usedAt
 * }
 * ```
 *
 * @throws RangeError if an instant is not a whole number of ms, from 0.
 */
export function assertSessionUse({ usedAt, authenticatedAt = 0 }: SessionUse): void {
  assertWholeMs(usedAt, 'usedAt')
  assertWholeMs(authenticatedAt, 'authenticatedAt')
}

/**
 * Refuses what is no limit, for `open` of a store of your own.
 *
 * @example
 * ```ts
 * import { assertOpenLimit, type OpenLimit } from '@revoked/core/sessions'
 *
 * const maxOpenOf = (limit: OpenLimit | undefined): number => {
 *   assertOpenLimit(limit)
 *   return limit?.maxOpen ?? Infinity
 * }
 * ```
 *
 * @throws RangeError if `maxOpen` is neither a whole number, from 0, nor `Infinity`.
 */
export function assertOpenLimit(limit: OpenLimit | undefined): void {
  const maxOpen = limit?.maxOpen ?? Infinity
  if (maxOpen !== Infinity && !(Number.isSafeInteger(maxOpen) && maxOpen >= 0))
    throw new RangeError('maxOpen must be a whole number, from 0.')
}

function assertWholeMs(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be a whole number of ms, from 0.`)
}
