import type { OpenResult, StoredSession } from '@revoked/core/sessions'
import { TooManySessionsError } from './errors.ts'
import type { Settings } from './options.ts'
import { revokeSessions } from './revoke-sessions.ts'
import type { TouchNotes } from './touch-session.ts'

/**
 * Opens a session in the store. If there is no room, sessions are closed for it: first their tokens
 * are refused, then they leave the list, in the same step of the store in which this one enters it.
 *
 * @returns the instant of the `closeAll` that keeps it from being opened, if there is one.
 * @throws TooManySessionsError if there is no room, and none is made.
 */
export async function openWithinLimit(
  session: StoredSession,
  settings: Settings,
  touches: TouchNotes,
): Promise<number | undefined> {
  const { store, maxPerSubject, closesLeastUsed } = settings
  if (maxPerSubject === undefined) return closedUntilOf(await store.open(session))
  const instead = new Set<string>()
  for (;;) {
    const result = await store.open(session, { maxOpen: maxPerSubject, instead: [...instead] })
    touches.forget(session.subject, [...instead])
    if (result.opened || 'closedUntil' in result) return closedUntilOf(result)
    if (!closesLeastUsed) throw new TooManySessionsError(maxPerSubject)
    const leastUsed = result.leastUsed.filter((id) => !instead.has(id))
    if (leastUsed.length === 0) throw new TypeError('The store has no room, but names no session to close.')
    await revokeSessions(settings, session.subject, leastUsed, { reason: 'too_many_sessions' })
    for (const id of leastUsed) instead.add(id)
  }
}

function closedUntilOf(result: OpenResult): number | undefined {
  if ('closedUntil' in result) return result.closedUntil
  if (result.opened) return undefined
  throw new TypeError('The store has no room for a session without a limit.')
}
