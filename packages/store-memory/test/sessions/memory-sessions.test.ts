import type { StoredSession } from '@revoked/core/sessions'
import { closeAllRememberedMs, sessionExpiresAt, usedSession } from '@revoked/core/sessions'
import { virtualClock } from '@revoked/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memorySessions } from '../../src/index.ts'
import { createRememberedClosings } from '../../src/sessions/remembered-closings.ts'

const startMs = virtualClock().now()

function sessionOf(subject: string, id: string, fields: Partial<StoredSession> = {}): StoredSession {
  const times = {
    openedAt: startMs,
    usedAt: startMs,
    authenticatedAt: startMs,
    idleMs: 60_000,
    endsAt: startMs + 600_000,
  }
  return { subject, id, ...times, data: '', ...fields }
}

test('a session is found until the millisecond of its expiry', async () => {
  const clock = virtualClock()
  const store = memorySessions({ now: clock.now })
  const session = sessionOf('ada', 'one')
  expect(await store.open(session)).toEqual({ opened: true })
  clock.advance(59_999)
  expect(await store.get(session)).toEqual(session)
  expect(store.find([session, { subject: 'bob', id: 'one' }])).toEqual([startMs + 60_000, undefined])
  clock.advance(1)
  expect([await store.get(session), await store.count('ada'), await store.list('ada')]).toEqual([undefined, 0, []])
  expect(store.find([session])).toEqual([undefined])
  expect(await store.touch({ ...session, usedAt: clock.now() })).toBeUndefined()
})

test('names the sessions that were used longest ago, as many as must be closed', async () => {
  const store = memorySessions({ now: () => startMs })
  for (const [index, id] of ['c', 'a', 'd', 'b'].entries())
    await store.open(sessionOf('ada', id, { usedAt: startMs - index }))
  const open = (maxOpen: number, instead: string[]) => store.open(sessionOf('ada', 'new'), { maxOpen, instead })
  expect(await open(2, [])).toEqual({ opened: false, leastUsed: ['b', 'd', 'a'] })
  expect(await open(2, ['b', 'unknown', 'b'])).toEqual({ opened: false, leastUsed: ['d', 'a'] })
  expect(await store.count('ada')).toBe(3)
  expect(await open(2, ['d', 'a'])).toEqual({ opened: true })
  expect((await store.list('ada')).map(({ id }) => id).sort()).toEqual(['c', 'new'])
})

test('a session that is open already stays as it is, whatever the limit is', async () => {
  const store = memorySessions({ now: () => startMs })
  const session = sessionOf('ada', 'one')
  await store.open(session)
  expect(await store.open({ ...session, data: 'other' }, { maxOpen: 1, instead: [] })).toEqual({ opened: true })
  expect(await store.list('ada')).toEqual([session])
})

test('a full store rejects, and takes sessions again once one has expired or was closed', async () => {
  const clock = virtualClock()
  const store = memorySessions({ maxSessions: 2, now: clock.now })
  await store.open(sessionOf('ada', 'one'))
  await store.open(sessionOf('bob', 'two', { idleMs: 300_000 }))
  await expect(store.open(sessionOf('cid', 'three'))).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
  expect(await store.open(sessionOf('ada', 'other'), { maxOpen: 9, instead: ['one'] })).toEqual({ opened: true })
  clock.advance(60_000)
  await store.open(sessionOf('cid', 'three', { idleMs: 300_000 }))
  await expect(store.open(sessionOf('dan', 'four', { idleMs: 300_000 }))).rejects.toMatchObject({
    code: 'ERR_STORE_FULL',
  })
  await store.close('cid', ['three'])
  await store.open(sessionOf('dan', 'four', { idleMs: 300_000 }))
  expect(store.size).toBe(2)
})

describe('the background sweep', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  /** Returns a store with sessions of as many subjects, which lie idle from now on. */
  async function filled(count: number): Promise<ReturnType<typeof memorySessions>> {
    const store = memorySessions()
    const times = { usedAt: Date.now(), endsAt: Date.now() + 600_000 }
    for (let index = 0; index < count; index++) await store.open(sessionOf(`user ${index}`, 'one', times))
    return store
  }

  test('removes sessions of subjects that never come back, soon after their expiry', async () => {
    const store = await filled(100)
    await vi.advanceTimersByTimeAsync(59_000)
    expect(store.size).toBe(100)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(store.size).toBe(0)
  })

  test('keeps a session that was used meanwhile, until its new expiry', async () => {
    const store = await filled(2)
    await store.touch({ subject: 'user 0', id: 'one', usedAt: Date.now() + 30_000 })
    await vi.advanceTimersByTimeAsync(62_000)
    expect([store.size, await store.count('user 0')]).toEqual([1, 1])
    await vi.advanceTimersByTimeAsync(30_000)
    expect(store.size).toBe(0)
  })

  test('works in slices, with one timer, and with none if no session is left', async () => {
    const started = vi.spyOn(globalThis, 'setTimeout')
    const store = await filled(2_000)
    // The stores of earlier tests of the same process sweep as well.
    const own = started.mock.calls[0]?.[0]
    const sweeps = () => started.mock.calls.filter(([callback]) => callback === own).length
    expect(sweeps()).toBe(1)
    vi.setSystemTime(Date.now() + 60_000)
    const sizes = [store.size]
    while (store.size > 0) {
      await vi.advanceTimersToNextTimerAsync()
      sizes.push(store.size)
    }
    expect([...new Set(sizes)]).toEqual([2_000, 976, 0])
    const until = sweeps()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(sweeps()).toBe(until)
  })
})

test.each([
  ['openedAt', 0.5],
  ['usedAt', Number.NaN],
  ['endsAt', Infinity],
  ['idleMs', -1],
])('refuses a session whose %s is %d', async (name, value) => {
  const store = memorySessions()
  await expect(store.open(sessionOf('ada', 'one', { [name]: value }))).rejects.toThrow(RangeError)
  expect(store.size).toBe(0)
})

test.each([
  ['maxSessions', 0, RangeError],
  ['now', 7, TypeError],
  ['maxMarks', 7, TypeError],
])('refuses the option %s: %d', (name, value, type) => {
  expect(() => memorySessions({ [name]: value })).toThrow(type)
})

test('a close of all is remembered for ten minutes, and forgotten at a later one', async () => {
  const clock = virtualClock()
  const closings = createRememberedClosings()
  closings.note('ada', 5, clock.now())
  clock.advance(closeAllRememberedMs - 1)
  closings.note('bob', 7, clock.now())
  expect([closings.closedUntil('ada', clock.now()), closings.size()]).toEqual([5, 2])
  clock.advance(1)
  expect(closings.closedUntil('ada', clock.now())).toBe(-Infinity)
  closings.note('bob', 6, clock.now())
  expect([closings.closedUntil('bob', clock.now()), closings.size()]).toEqual([7, 1])
})

/** Any calls, against lists that are filtered anew at each call. */
test('does what a plain list does', async () => {
  const text = fc.constantFrom<string>('a', 'b', '__proto__', '')
  const call = fc.record({
    kind: fc.constantFrom('open', 'open', 'limited', 'touch', 'close', 'closeAll', 'wait'),
    subject: text,
    id: text,
    instead: fc.array(text, { maxLength: 2 }),
    ms: fc.integer({ min: 0, max: 40_000 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 60 }), async (calls) => {
      const clock = virtualClock()
      const store = memorySessions({ now: clock.now })
      let model: readonly StoredSession[] = []
      const closings: { readonly subject: string; readonly openedUntil: number; readonly at: number }[] = []
      for (const { kind, subject, id, instead, ms } of calls) {
        const now = clock.now()
        model = model.filter((session) => sessionExpiresAt(session) > now)
        const isKey = (session: StoredSession): boolean => session.subject === subject && session.id === id
        if (kind === 'open' || kind === 'limited') {
          const session = sessionOf(subject, id, { openedAt: now - ms, usedAt: now, endsAt: now + 90_000 })
          const limit = kind === 'limited' ? { maxOpen: 2, instead } : undefined
          const { opened } = await store.open(session, limit)
          if (limit) model = model.filter((other) => other.subject !== subject || !instead.includes(other.id))
          const isOpen = model.some(isKey)
          const hasRoom = limit === undefined || model.filter((other) => other.subject === subject).length < 2
          const isEarly = closings.some(
            (one) => one.subject === subject && session.openedAt <= one.openedUntil && now < one.at + 600_000,
          )
          expect(opened).toBe(isOpen || (hasRoom && !isEarly))
          if (opened && !isOpen) model = [...model, session]
        } else if (kind === 'touch') {
          const use = { subject, id, usedAt: now - ms, authenticatedAt: now }
          const expected = model.filter(isKey).map((session) => usedSession(session, use))
          expect(await store.touch(use)).toEqual(expected[0])
          model = [...model.filter((session) => !isKey(session)), ...expected]
        } else if (kind === 'close') {
          expect(await store.close(subject, [id, id])).toEqual(model.filter(isKey).map((session) => session.id))
          model = model.filter((session) => !isKey(session))
        } else if (kind === 'closeAll') {
          const isGone = (session: StoredSession): boolean =>
            session.subject === subject && session.id !== id && session.openedAt <= now - ms
          const closed = await store.closeAll(subject, { openedUntil: now - ms, except: id })
          closings.push({ subject, openedUntil: now - ms, at: now })
          expect([...closed].sort()).toEqual(
            model
              .filter(isGone)
              .map((session) => session.id)
              .sort(),
          )
          model = model.filter((session) => !isGone(session))
        } else clock.advance(ms)
        const live = model.filter((session) => session.subject === subject && sessionExpiresAt(session) > clock.now())
        expect(new Set(await store.list(subject))).toEqual(new Set(live))
        expect(await store.count(subject)).toBe(live.length)
        expect(store.find([{ subject, id }])).toEqual([
          live.filter((other) => other.id === id).map(sessionExpiresAt)[0],
        ])
      }
    }),
    { numRuns: 200 },
  )
}, 30_000)
