import { memorySessions } from '@revoked/store-memory'
import { expect, test } from 'vitest'
import { createSessionId, createSessions } from '../src/index.ts'
import { setup } from './support/setup.ts'

const minute = 60_000

test('a session that was opened is listed, counted and found', async () => {
  const { sessions, clock } = setup()
  const session = await sessions.open({ subject: 'ada', device: { name: 'Firefox' } })
  expect(session).toEqual({
    id: expect.stringMatching(/^[\w-]{22}\.[\w-]{22}$/),
    subject: 'ada',
    openedAt: clock.now(),
    lastUsedAt: clock.now(),
    authenticatedAt: clock.now(),
    expiresAt: clock.now() + 30 * minute,
    endsAt: clock.now() + 30 * 24 * 60 * minute,
    device: { name: 'Firefox' },
  })
  expect(await sessions.get('ada', session.id)).toEqual(session)
  expect(await sessions.list('ada')).toEqual([{ ...session, isCurrent: false }])
  expect(await sessions.count('ada')).toBe(1)
  expect(await sessions.count('bob')).toBe(0)
})

test('lists the most recently used session first, and marks that of the caller', async () => {
  const { sessions, clock } = setup()
  const ids: string[] = []
  for (let index = 0; index < 3; index++) {
    ids.push((await sessions.open({ subject: 'ada' })).id)
    clock.advance(minute)
  }
  const [first = '', second, third] = ids
  await sessions.touch('ada', first)
  const list = await sessions.list('ada', { current: second })
  expect(list.map(({ id }) => id)).toEqual([first, third, second])
  expect(list.map(({ isCurrent }) => isCurrent)).toEqual([false, false, true])
})

test('a session that lies idle expires, and one that is used ends in the end', async () => {
  const { sessions, clock } = setup({ idleTimeout: '10m', absoluteLifetime: '25m' })
  const idle = await sessions.open({ subject: 'ada' })
  const used = await sessions.open({ subject: 'ada' })
  clock.advance(9 * minute)
  await sessions.touch('ada', used.id)
  clock.advance(minute)
  expect(await sessions.get('ada', idle.id)).toBeUndefined()
  clock.advance(8 * minute)
  await sessions.touch('ada', used.id)
  clock.advance(7 * minute - 1)
  expect((await sessions.list('ada')).map(({ id }) => id)).toEqual([used.id])
  clock.advance(1)
  expect(await sessions.list('ada')).toEqual([])
})

test('a login may have shorter times than the options, and no longer ones', async () => {
  const { sessions, clock } = setup()
  const session = await sessions.open({ subject: 'ada', idleTimeout: '5m', lifetime: '12h' })
  expect(session.expiresAt).toBe(clock.now() + 5 * minute)
  expect(session.endsAt).toBe(clock.now() + 12 * 60 * minute)
  await expect(sessions.open({ subject: 'ada', lifetime: '31d' })).rejects.toThrow(RangeError)
  await expect(sessions.open({ subject: 'ada', idleTimeout: '31m' })).rejects.toThrow(RangeError)
  await expect(sessions.open({ subject: 'ada', idleTimeout: 0 })).rejects.toThrow(RangeError)
})

test('an id may be given, but not that of another subject', async () => {
  const { sessions } = setup()
  expect((await sessions.open({ subject: 'ada', id: 'a-jti' })).id).toBe('a-jti')
  const own = await createSessionId('ada')
  expect((await sessions.open({ subject: 'ada', id: own })).id).toBe(own)
  await expect(sessions.open({ subject: 'ada', id: await createSessionId('bob') })).rejects.toThrow(RangeError)
})

test('an attempt with the same id may be repeated: it is one session', async () => {
  const { sessions, clock } = setup({ maxPerSubject: 1 })
  const id = await createSessionId('ada')
  const first = await sessions.open({ subject: 'ada', id })
  clock.advance(1_000)
  expect(await sessions.open({ subject: 'ada', id })).toEqual(first)
  expect(await sessions.count('ada')).toBe(1)
})

test.each([
  ['no string', 7, TypeError],
  ['an array', ['ada'], TypeError],
  ['nothing', undefined, TypeError],
  ['empty', '', RangeError],
  ['too long', 'x'.repeat(1_025), RangeError],
  ['malformed', '\ud800', RangeError],
])('refuses an id or a subject that is %s, and does not repeat it', async (_, value, type) => {
  const { sessions } = setup()
  const wrong = value as string
  const calls = [
    sessions.open({ subject: wrong }),
    sessions.touch(wrong, 'id'),
    sessions.touch('ada', wrong),
    sessions.get(wrong, 'id'),
    sessions.get('ada', wrong),
    sessions.list(wrong),
    sessions.count(wrong),
    sessions.close(wrong, 'id'),
    sessions.close('ada', wrong),
    sessions.closeAll(wrong),
  ]
  for (const call of calls) {
    const error: unknown = await call.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(type)
    expect(String(error)).not.toMatch(/x{9}|\ud800/)
  }
})

const store = memorySessions()
const times = { store, idleTimeout: '30m', absoluteLifetime: '30d' } as const

test.each([
  ['no store', { ...times, store: undefined }, /store must be a SessionStore/],
  ['a store without a method', { ...times, store: { ...store, closeAll: undefined } }, /has no closeAll method/],
  ['no idle timeout', { ...times, idleTimeout: undefined }, /idleTimeout is required/],
  ['no absolute lifetime', { ...times, absoluteLifetime: undefined }, /absoluteLifetime is required/],
  ['an idle timeout of 0', { ...times, idleTimeout: 0 }, /idleTimeout must be more than 0/],
  ['an idle timeout over the lifetime', { ...times, idleTimeout: '31d' }, /idleTimeout must be at most/],
  ['a limit of 0', { ...times, maxPerSubject: 0 }, /maxPerSubject must be a whole number/],
  ['a limit that is no number', { ...times, maxPerSubject: '3' }, /maxPerSubject must be a number/],
  ['an unknown policy', { ...times, onFull: 'close' }, /onFull must be/],
  ['an unknown claim', { ...times, by: 'sub' }, /by must be/],
  ['a wrong revocation', { ...times, revocation: {} }, /must come from createRevocation/],
  ['a wrong reader', { ...times, readDevice: {} }, /readDevice must be a function/],
  ['a wrong clock', { ...times, now: 7 }, /now must be a function/],
  ['an issuer without a use', { ...times, issuer: 'login' }, /issuer goes with/],
  ['a misspelt option', { ...times, idleTimeOut: '30m' }, /idleTimeOut is not an option/],
])('refuses options with %s', (_, options, message) => {
  expect(() => createSessions(options as typeof times)).toThrow(message)
})
