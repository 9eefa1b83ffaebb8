import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { type SessionStore, type StoredSession, sessionExpiresAt } from '@revoked/core/sessions'
import { type ConformanceCase, caseOver, clockOffsetMs } from './case.ts'
import { confusableTexts, idsIn, isOpen, sessionOf } from './session-samples.ts'
import type { SessionSubject } from './session-subject.ts'

const opening: readonly ConformanceCase<SessionSubject>[] = [
  caseOver('shows a session as soon as it is open, on every handle', async ({ store, peer = store }) => {
    const session = sessionOf('ada', 'one')
    assert.deepEqual(await store.open(session), { opened: true })
    for (const handle of [store, peer]) {
      assert.deepEqual(await handle.get(session), session)
      assert.deepEqual(await handle.list('ada'), [session])
      assert.equal(await handle.count('ada'), 1)
      assert.deepEqual([...(await handle.find([session]))], [sessionExpiresAt(session)])
    }
  }),
  caseOver('shows nothing of a subject without sessions', async ({ store }) => {
    assert.deepEqual([await store.list('ada'), await store.count('ada')], [[], 0])
    assert.equal(await isOpen(store, { subject: 'ada', id: 'one' }), false)
    assert.deepEqual([...(await store.find([]))], [])
  }),
  caseOver('keeps every field of a session', async ({ store }) => {
    for (const [index, data] of ['', ' ', '"', '\n\0', '\u{1f600}', '{"a":[1]}', 'x'.repeat(4_096)].entries()) {
      const session = { ...sessionOf('ada', `${index}`), authenticatedAt: 1_000 + index, data }
      await store.open(session)
      assert.deepEqual(await store.get(session), session)
    }
  }),
  caseOver('keeps subjects and ids apart that naive encodings mix up', async ({ store }) => {
    const sessions = confusableTexts.flatMap((subject) => confusableTexts.map((id) => sessionOf(subject, id)))
    const isOpened = (_: unknown, index: number): boolean => index % 2 === 0
    for (const session of sessions.filter(isOpened)) await store.open(session)
    for (const [index, session] of sessions.entries())
      assert.equal(await isOpen(store, session), isOpened(session, index))
  }),
  caseOver('leaves a session that is open already as it is', async ({ store }) => {
    const session = sessionOf('ada', 'one')
    await store.open(session)
    const again = { ...session, data: 'other', usedAt: session.usedAt + 1 }
    assert.deepEqual(await store.open(again, { maxOpen: 1, instead: [] }), { opened: true })
    assert.deepEqual(await store.list('ada'), [session])
  }),
  caseOver('evicts no open session', async ({ store }) => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `${index}`)
    await Promise.all(ids.map((id) => store.open(sessionOf('ada', id))))
    assert.deepEqual([...(await idsIn(store, 'ada'))].sort(), ids.sort())
  }),
]

const limiting: readonly ConformanceCase<SessionSubject>[] = [
  caseOver('opens as many of many concurrent sessions as there is room for', async ({ store, peer = store }) => {
    const limit = { maxOpen: 3, instead: [] }
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? store : peer).open(sessionOf('ada', `${index}`), limit),
      ),
    )
    assert.equal(results.filter(({ opened }) => opened).length, 3)
    assert.equal(await store.count('ada'), 3)
    assert.deepEqual(await store.open(sessionOf('bob', 'one'), limit), { opened: true }, 'another subject')
  }),
  caseOver('names the sessions that were used longest ago, as many as must be closed', async ({ store }) => {
    const now = Date.now()
    for (const [index, id] of ['c', 'a', 'd', 'b'].entries())
      await store.open({ ...sessionOf('ada', id), usedAt: now - index * 10 })
    await store.touch({ subject: 'ada', id: 'b', usedAt: now + 1 })
    const result = await store.open(sessionOf('ada', 'new'), { maxOpen: 3, instead: [] })
    assert.deepEqual(result, { opened: false, leastUsed: ['d', 'a'] })
    assert.equal(await store.count('ada'), 4)
  }),
  caseOver('closes the sessions that are named instead, whatever the result', async ({ store }) => {
    for (const id of ['a', 'b', 'c']) await store.open(sessionOf('ada', id))
    const open = (instead: readonly string[]) => store.open(sessionOf('ada', 'new'), { maxOpen: 2, instead })
    assert.equal((await open(['a', 'unknown'])).opened, false)
    assert.deepEqual(await idsIn(store, 'ada'), ['b', 'c'])
    assert.equal((await open(['b'])).opened, true)
    assert.deepEqual(await idsIn(store, 'ada'), ['c', 'new'])
  }),
]

const using: readonly ConformanceCase<SessionSubject>[] = [
  caseOver('notes a use, and returns the session', async ({ store, peer = store }) => {
    const session = sessionOf('ada', 'one')
    await store.open(session)
    const times = { usedAt: session.usedAt + 1_000, authenticatedAt: session.authenticatedAt + 500 }
    assert.deepEqual(await store.touch({ ...session, ...times }), { ...session, ...times })
    assert.deepEqual(await peer.get(session), { ...session, ...times })
    assert.deepEqual([...(await peer.find([session]))], [times.usedAt + session.idleMs])
  }),
  caseOver('moves no instant backwards', async ({ store }) => {
    const session = sessionOf('ada', 'one')
    await store.open(session)
    assert.deepEqual(await store.touch({ ...session, usedAt: session.usedAt - 1, authenticatedAt: 1 }), session)
    assert.deepEqual(await store.get(session), session)
  }),
  caseOver('opens nothing by a use', async ({ store }) => {
    const key = { subject: 'ada', id: 'one' }
    assert.equal(await store.touch({ ...key, usedAt: Date.now() }), undefined)
    assert.equal(await isOpen(store, key), false)
  }),
  caseOver('finds sessions in the order of the keys', async ({ store }) => {
    const [one, two] = [sessionOf('ada', 'one'), sessionOf('bob', 'two', { idleMs: 90_000 })]
    for (const session of [one, two]) await store.open(session)
    const found = await store.find([two, { subject: 'ada', id: 'two' }, one, two])
    const [first, second] = [sessionExpiresAt(one), sessionExpiresAt(two)]
    assert.deepEqual([...found], [second, undefined, first, second])
  }),
]

/** Waits until an instant has passed by every clock. */
async function passed(instant: number): Promise<void> {
  while (Date.now() <= instant + clockOffsetMs) await delay(5)
}

async function assertExpired(store: SessionStore, session: StoredSession): Promise<void> {
  assert.equal(await isOpen(store, session), false)
  assert.deepEqual(await idsIn(store, session.subject), [])
  assert.equal(await store.count(session.subject), 0)
  assert.equal(await store.touch({ ...session, usedAt: Date.now() }), undefined)
  assert.deepEqual(await store.close(session.subject, [session.id]), [])
}

const expiring: readonly ConformanceCase<SessionSubject>[] = [
  caseOver('ends a session that lies idle, and leaves room for another one', async ({ store }) => {
    const session = sessionOf('ada', 'one', { idleMs: 200 })
    await store.open(session)
    await passed(sessionExpiresAt(session))
    await assertExpired(store, session)
    assert.equal((await store.open(sessionOf('ada', 'two'), { maxOpen: 1, instead: [] })).opened, true)
  }),
  caseOver('ends a session at its end, however much it is used', async ({ store }) => {
    const session = sessionOf('ada', 'one', { lastsMs: 300 })
    await store.open(session)
    await store.touch({ ...session, usedAt: session.usedAt + 200 })
    await passed(session.endsAt)
    await assertExpired(store, session)
  }),
  caseOver('keeps a session open that is used in time', async ({ store }) => {
    const session = sessionOf('ada', 'one', { idleMs: 300 })
    await store.open(session)
    await store.touch({ ...session, usedAt: session.usedAt + 60_000 })
    await passed(sessionExpiresAt(session))
    assert.equal(await isOpen(store, session), true)
    assert.equal(await store.count('ada'), 1)
  }),
]

const closing: readonly ConformanceCase<SessionSubject>[] = [
  caseOver('closes sessions, and returns the ids of those that were open', async ({ store, peer = store }) => {
    for (const id of ['a', 'b', 'c']) await store.open(sessionOf('ada', id))
    assert.deepEqual([...(await store.close('ada', ['c', 'unknown', 'a']))].sort(), ['a', 'c'])
    assert.deepEqual(await idsIn(peer, 'ada'), ['b'])
    assert.deepEqual(await store.close('ada', ['a']), [])
    assert.deepEqual(await store.close('ada', []), [])
  }),
  caseOver('closes the sessions that were opened until an instant, except one', async ({ store }) => {
    const now = Date.now()
    const opened: readonly (readonly [string, number])[] = [
      ['a', 20],
      ['b', 10],
      ['c', 10],
      ['d', 9],
    ]
    for (const [id, ago] of opened) await store.open({ ...sessionOf('ada', id), openedAt: now - ago })
    assert.deepEqual([...(await store.closeAll('ada', { openedUntil: now - 10, except: 'c' }))].sort(), ['a', 'b'])
    assert.deepEqual(await idsIn(store, 'ada'), ['c', 'd'])
    assert.deepEqual([...(await store.closeAll('ada', { openedUntil: now }))].sort(), ['c', 'd'])
    assert.deepEqual(await idsIn(store, 'ada'), [])
  }),
  caseOver('opens no session that is dated at or before a close of all', async ({ store, peer = store }) => {
    const openedUntil = Date.now()
    const kept = { ...sessionOf('ada', 'kept'), openedAt: openedUntil - 10 }
    await store.open(kept)
    await store.closeAll('ada', { openedUntil, except: 'kept' })
    for (const [id, ago] of Object.entries({ late: 10, same: 0 })) {
      const early = { ...sessionOf('ada', id), openedAt: openedUntil - ago }
      assert.deepEqual(await peer.open(early), { opened: false, closedUntil: openedUntil })
      assert.equal(await isOpen(store, early), false)
    }
    assert.deepEqual(await peer.open(kept), { opened: true }, 'it is open already')
    const next = { ...sessionOf('ada', 'next'), openedAt: openedUntil + 1 }
    assert.deepEqual(await peer.open(next), { opened: true })
    assert.deepEqual(await idsIn(store, 'ada'), ['kept', 'next'])
  }),
  caseOver('remembers the latest of several closes of all, whatever their order', async ({ store }) => {
    const now = Date.now()
    for (const openedUntil of [now - 20, now, now - 10]) await store.closeAll('ada', { openedUntil })
    assert.deepEqual(await store.open({ ...sessionOf('ada', 'one'), openedAt: now }), {
      opened: false,
      closedUntil: now,
    })
  }),
  caseOver('remembers a close of all for its own subject only', async ({ store }) => {
    const session = sessionOf('bob', 'one')
    await store.closeAll('ada', { openedUntil: session.openedAt })
    assert.deepEqual(await store.open(session), { opened: true })
  }),
  caseOver('closes all whenever they were opened, and opens what is dated after the call', async ({ store }) => {
    const future = Date.now() + 60_000
    await store.open({ ...sessionOf('ada', 'future'), openedAt: future })
    assert.deepEqual(await store.closeAll('ada', { openedUntil: Infinity }), ['future'])
    const next = { ...sessionOf('ada', 'next'), openedAt: Date.now() + 2 * clockOffsetMs }
    assert.deepEqual(await store.open(next), { opened: true })
  }),
  caseOver('reaches no session of another subject', async ({ store }) => {
    const session = sessionOf('bob', 'one')
    await store.open(session)
    await store.open(sessionOf('ada', 'two'))
    assert.equal(await store.touch({ subject: 'ada', id: 'one', usedAt: session.usedAt + 1 }), undefined)
    assert.equal(await isOpen(store, { subject: 'ada', id: 'one' }), false)
    assert.deepEqual(await store.close('ada', ['one']), [])
    await store.open(sessionOf('ada', 'three'), { maxOpen: 2, instead: ['one'] })
    await store.closeAll('ada', { openedUntil: Date.now() + 1_000 })
    assert.deepEqual(await store.list('bob'), [session])
  }),
]

/**
 * The contract of `SessionStore`: each case is one of its sentences.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { sessionCases } from '@revoked/conformance'
 * import { memorySessions } from '@revoked/store-memory'
 *
 * for (const { name, run } of sessionCases) test(name, () => run({ open: () => ({ store: memorySessions() }) }))
 * ```
 */
export const sessionCases: readonly ConformanceCase<SessionSubject>[] = [
  ...opening,
  ...limiting,
  ...using,
  ...expiring,
  ...closing,
]
