import type { SessionStore, SessionUse } from '@revoked/core/sessions'
import { memorySessions } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { expect, test } from 'vitest'
import { createSessions } from '../src/index.ts'
import { type SetupOptions, setup } from './support/setup.ts'

/** Returns sessions over a store that notes the uses it is given. */
function watched(options: SetupOptions = {}) {
  const clock = virtualClock()
  const plain = memorySessions({ now: clock.now })
  const uses: SessionUse[] = []
  const store: SessionStore = {
    ...plain,
    touch: (use) => {
      uses.push(use)
      return plain.touch(use)
    },
  }
  return { ...setup({ clock, store, ...options }), uses, plain }
}

test('writes at most one use a minute', async () => {
  const { sessions, clock, uses } = watched()
  const { id } = await sessions.open({ subject: 'ada' })
  clock.advance(59_999)
  expect(await sessions.touch('ada', id)).toEqual({ status: 'recent' })
  expect(uses).toHaveLength(0)
  clock.advance(1)
  expect(await sessions.touch('ada', id)).toMatchObject({ status: 'noted', session: { lastUsedAt: clock.now() } })
  clock.advance(59_999)
  expect(await sessions.touch('ada', id)).toEqual({ status: 'recent' })
  expect(uses).toHaveLength(1)
})

test('concurrent uses of a session share a write, and other sessions have their own', async () => {
  const { sessions, clock, uses } = watched()
  const [one, two] = [await sessions.open({ subject: 'ada' }), await sessions.open({ subject: 'ada' })]
  clock.advance(60_000)
  const touches = [one, one, two, one].map(({ id }) => sessions.touch('ada', id))
  const results = await Promise.all(touches)
  expect(results.map(({ status }) => status)).toEqual(['noted', 'noted', 'noted', 'noted'])
  expect(uses.map(({ id }) => id)).toEqual([one.id, two.id])
})

test('a session with a short idle time that is used all the time does not expire', async () => {
  const { sessions, clock } = watched()
  const { id } = await sessions.open({ subject: 'ada', idleTimeout: '20s' })
  for (let second = 0; second < 300; second++) {
    clock.advance(1_000)
    expect((await sessions.touch('ada', id)).status).not.toBe('not_open')
  }
})

test('writes a new authentication at once', async () => {
  const { sessions, clock, uses } = watched()
  const { id } = await sessions.open({ subject: 'ada' })
  clock.advance(1_000)
  const authenticatedAt = clock.now() - 1
  expect(await sessions.touch('ada', id, { authenticatedAt })).toMatchObject({ session: { authenticatedAt } })
  expect(uses).toHaveLength(1)
})

test.each([
  ['in seconds', Math.floor(Date.UTC(2026, 0, 1) / 1_000)],
  ['in the future', Date.UTC(2026, 0, 1, 13)],
])('refuses an authentication that is %s', async (_, authenticatedAt) => {
  const { sessions, uses } = watched()
  const { id } = await sessions.open({ subject: 'ada' })
  await expect(sessions.touch('ada', id, { authenticatedAt })).rejects.toThrow(RangeError)
  await expect(sessions.open({ subject: 'ada', authenticatedAt })).rejects.toThrow(RangeError)
  expect(uses).toHaveLength(0)
})

test('a use of a session that is not open opens nothing, and is looked up each time', async () => {
  const { sessions, uses } = watched()
  expect(await sessions.touch('ada', 'unknown')).toEqual({ status: 'not_open' })
  expect(await sessions.touch('ada', 'unknown')).toEqual({ status: 'not_open' })
  expect(uses).toHaveLength(2)
  expect(await sessions.count('ada')).toBe(0)
})

test('a use right after the close in this process is not open', async () => {
  const { sessions } = watched()
  const [one, two] = [await sessions.open({ subject: 'ada' }), await sessions.open({ subject: 'ada' })]
  await sessions.close('ada', one.id)
  expect(await sessions.touch('ada', one.id)).toEqual({ status: 'not_open' })
  await sessions.closeAll('ada')
  expect(await sessions.touch('ada', two.id)).toEqual({ status: 'not_open' })
})

test('a use that was under way during a close does not hide it', async () => {
  const { clock, plain } = watched()
  const held: (() => void)[] = []
  const store: SessionStore = {
    ...plain,
    touch: async (use) => {
      const result = await plain.touch(use)
      await new Promise<void>((resolve) => held.push(resolve))
      return result
    },
  }
  const { sessions } = setup({ clock, store })
  const { id } = await sessions.open({ subject: 'ada' })
  clock.advance(60_000)
  const touch = sessions.touch('ada', id)
  while (held.length === 0) await Promise.resolve()
  await sessions.close('ada', id)
  held[0]?.()
  expect((await touch).status).toBe('noted')
  const next = sessions.touch('ada', id)
  while (held.length === 1) await Promise.resolve()
  held[1]?.()
  expect((await next).status).toBe('not_open')
})

test('a use that could not be written rejects, and the next one is written', async () => {
  const { clock, plain } = watched()
  let isDown = true
  const store: SessionStore = {
    ...plain,
    touch: async (use) => {
      if (isDown) throw new Error('down')
      return plain.touch(use)
    },
  }
  const { sessions } = setup({ clock, store })
  const { id } = await sessions.open({ subject: 'ada' })
  clock.advance(60_000)
  await expect(sessions.touch('ada', id)).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
  isDown = false
  expect((await sessions.touch('ada', id)).status).toBe('noted')
})

test('a clock that is put back does not end the writing', async () => {
  const { sessions, clock, uses } = watched()
  const { id } = await sessions.open({ subject: 'ada' })
  clock.advance(-3_600_000)
  await sessions.touch('ada', id)
  expect(uses).toHaveLength(1)
})

test('an authentication by a clock that is a little ahead is one of now', async () => {
  const { sessions, clock } = watched()
  const { authenticatedAt } = await sessions.open({ subject: 'ada', authenticatedAt: clock.now() + 30_000 })
  expect(authenticatedAt).toBe(clock.now())
})

test('a use is noted under its subject and its id, whatever they contain', async () => {
  const { sessions } = watched()
  await sessions.open({ subject: 'a', id: 'b2' })
  expect(await sessions.touch('a', 'b2')).toEqual({ status: 'recent' })
  expect(await sessions.touch('ab', '2')).toEqual({ status: 'not_open' })
})

test('remembers 50,000 sessions, and writes the use of one that it forgot', { timeout: 30_000 }, async () => {
  const clock = virtualClock()
  const { store } = watched({ clock })
  const uses: string[] = []
  const noting: SessionStore = {
    ...store,
    touch: (use) => {
      uses.push(use.id)
      return store.touch(use)
    },
  }
  const sessions = createSessions({ store: noting, idleTimeout: '30m', absoluteLifetime: '30d', now: clock.now })
  for (let index = 0; index <= 50_000; index++) await sessions.open({ subject: `user ${index}`, id: 'a-jti' })
  expect((await sessions.touch('user 1', 'a-jti')).status).toBe('recent')
  expect(uses).toHaveLength(0)
  expect((await sessions.touch('user 0', 'a-jti')).status).toBe('noted')
  expect(uses).toHaveLength(1)
})

test('a session that has ended is not open, however lately it was used', async () => {
  const { sessions, clock } = watched()
  const { id } = await sessions.open({ subject: 'ada', lifetime: '30s' })
  clock.advance(29_999)
  expect((await sessions.touch('ada', id)).status).toBe('noted')
  clock.advance(1)
  expect((await sessions.touch('ada', id)).status).toBe('not_open')
  await sessions.open({ subject: 'ada', id: 'a-jti', lifetime: '30s' })
  clock.advance(30_000)
  expect((await sessions.touch('ada', 'a-jti')).status).toBe('not_open')
})
