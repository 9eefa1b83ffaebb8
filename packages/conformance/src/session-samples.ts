import type { SessionKey, SessionStore, StoredSession } from '@revoked/core/sessions'

/** What cases vary of a session. Times in ms. */
interface Sample {
  readonly idleMs?: number
  readonly lastsMs?: number
}

/** Returns a session that was opened now. */
export function sessionOf(
  subject: string,
  id: string,
  { idleMs = 60_000, lastsMs = 600_000 }: Sample = {},
): StoredSession {
  const now = Date.now()
  return {
    id,
    subject,
    openedAt: now,
    usedAt: now,
    authenticatedAt: now,
    idleMs,
    endsAt: now + lastsMs,
    data: '',
  }
}

/** Texts that are the same, or parts of each other, if they are joined or encoded carelessly. */
export const confusableTexts: readonly string[] = [
  'a',
  'A',
  'a:a',
  ':',
  '{a}',
  'a}',
  '*',
  '__proto__',
  'é',
  'e\u0301',
  'a\0',
  ' a',
]

/** Returns the ids of the open sessions of a subject, in order. */
export async function idsIn(store: SessionStore, subject: string): Promise<readonly string[]> {
  return (await store.list(subject)).map(({ id }) => id).sort()
}

/** Returns whether `find` and `get` show a session. They must agree. */
export async function isOpen(store: SessionStore, key: SessionKey): Promise<boolean> {
  const [found] = await store.find([key])
  const isGiven = (await store.get(key)) !== undefined
  if ((found !== undefined) !== isGiven) throw new Error('find and get do not agree.')
  return isGiven
}
