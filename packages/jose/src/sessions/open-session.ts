import { type ListEntry, notIssued, type SessionList } from './session-list.ts'
import type { OpenedSession } from './session-registry.ts'

/**
 * Opens a session, and returns what `use` makes of it: its tokens. If there are none, the session
 * is closed again, because nobody has it, and likewise if it opens after the deadline. If that
 * fails too, the list shows it until it is idle.
 *
 * @throws what opening or `use` throws.
 */
export async function withOpened<Result>(
  list: SessionList,
  subject: string,
  entry: ListEntry,
  use: (session: OpenedSession) => Promise<Result>,
): Promise<Result> {
  const session = await list.openNew(subject, entry)
  try {
    return await use(session)
  } catch (error) {
    await Promise.allSettled([list.close(subject, session.id, { reason: notIssued })])
    throw error
  }
}

/** @throws TypeError if a device is given, but no list of sessions. */
export function assertNoDevice(device: unknown): void {
  if (device !== undefined) throw new TypeError('device is of use only with the option sessions.')
}
