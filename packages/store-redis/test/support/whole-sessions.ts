import type { SessionStore } from '@revoked/core/sessions'
import { expect } from 'vitest'
import { sessionOf } from './sessions.ts'

/** Carries out every call of a session store, of which each has a certain result. */
export async function useSessions(store: SessionStore, peer: SessionStore = store): Promise<void> {
  const now = Date.now()
  const subjects = ['ada', 'bob@example.com', 'é\n\0\ud800', 'x'.repeat(200)]
  for (const subject of subjects) {
    const [first, second, third] = ['1', '"\ud800', '\u{1f600}'].map((id, index) =>
      sessionOf(subject, { id, usedAt: now + index, data: `${id} ${subject}` }),
    ) as [Session, Session, Session]
    expect(await store.open(first, { maxOpen: 2, instead: [] })).toEqual({ opened: true })
    expect(await peer.open(second)).toEqual({ opened: true })
    expect(await store.open({ ...first, data: 'again' })).toEqual({ opened: true })
    expect(await store.open(third, { maxOpen: 2, instead: [] })).toEqual({ opened: false, leastUsed: [first.id] })
    const used = { ...first, usedAt: now + 5_000, authenticatedAt: now + 4_000 }
    expect(await peer.touch(used)).toEqual(used)
    expect(await store.open(third, { maxOpen: 2, instead: [second.id] })).toEqual({ opened: true })
    expect(await peer.get(third)).toEqual(third)
    expect((await store.list(subject)).toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
      [used, third].toSorted((a, b) => a.id.localeCompare(b.id)),
    )
    expect(await peer.count(subject)).toBe(2)
  }
  const keys = subjects.flatMap((subject) => ['1', '"\ud800', '\u{1f600}'].map((id) => ({ subject, id })))
  const listed = [now + 5_000 + 1_800_000, undefined, now + 2 + 1_800_000]
  expect(await store.find(keys)).toEqual(subjects.flatMap(() => listed))
  for (const subject of subjects) {
    expect(await store.close(subject, ['1', 'unknown'])).toEqual(['1'])
    expect(await peer.closeAll(subject, { openedUntil: Date.now(), except: '\u{1f600}' })).toEqual([])
    expect(await peer.closeAll(subject, { openedUntil: Date.now() })).toEqual(['\u{1f600}'])
  }
  expect(await peer.find(keys)).toEqual(keys.map(() => undefined))
}

type Session = ReturnType<typeof sessionOf>
