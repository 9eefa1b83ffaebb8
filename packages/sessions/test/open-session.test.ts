import { RevocationUnavailableError, TokenRevokedError } from '@revoked/core'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { expect, test } from 'vitest'
import { TooManySessionsError } from '../src/index.ts'
import { claimsOf, setup } from './support/setup.ts'

const fifty = Array.from({ length: 50 })

test('of 50 concurrent logins as many succeed as there is room for', async () => {
  const { sessions } = setup({ maxPerSubject: 3 })
  const logins = await Promise.allSettled(fifty.map(() => sessions.open({ subject: 'ada' })))
  const refused = logins.flatMap((login) => (login.status === 'rejected' ? [login.reason] : []))
  expect(refused).toHaveLength(47)
  for (const error of refused) {
    expect(error).toBeInstanceOf(TooManySessionsError)
    expect(error).toMatchObject({ code: 'ERR_TOO_MANY_SESSIONS', status: 409, statusCode: 409, maxPerSubject: 3 })
  }
  expect(await sessions.count('ada')).toBe(3)
  await sessions.open({ subject: 'bob' })
})

test('logins that fail at the revocation take no places', async () => {
  const clock = virtualClock()
  const marks = { ...memoryStore({ now: clock.now }) }
  const { find } = marks
  const { sessions } = setup({ clock, marks, maxPerSubject: 2 })
  marks.find = () => Promise.reject(new Error('unreachable'))
  for (const _ of [1, 2, 3]) {
    await expect(sessions.open({ subject: 'ada' })).rejects.toThrow(RevocationUnavailableError)
  }
  expect(await sessions.count('ada')).toBe(0)
  marks.find = find
  await sessions.open({ subject: 'ada' })
})

test('a login whose id was given stays listed if it fails, so that a repetition finds it', async () => {
  const clock = virtualClock()
  const marks = { ...memoryStore({ now: clock.now }) }
  const { sessions } = setup({ clock, marks })
  const { id } = await sessions.open({ subject: 'ada' })
  marks.find = () => Promise.reject(new Error('unreachable'))
  await expect(sessions.open({ subject: 'ada', id })).rejects.toThrow(RevocationUnavailableError)
  expect(await sessions.count('ada')).toBe(1)
})

test('a session that was closed or has expired leaves room', async () => {
  const { sessions, clock } = setup({ maxPerSubject: 1 })
  const { id } = await sessions.open({ subject: 'ada' })
  await sessions.close('ada', id)
  await sessions.open({ subject: 'ada' })
  clock.advance(30 * 60_000)
  await sessions.open({ subject: 'ada' })
  expect(await sessions.count('ada')).toBe(1)
})

test('a login may close the session that was used longest ago, whose tokens are refused', async () => {
  const { sessions, clock, revocation } = setup({ maxPerSubject: 2, onFull: 'close-least-used' })
  const one = await sessions.open({ subject: 'ada' })
  clock.advance(60_000)
  const two = await sessions.open({ subject: 'ada' })
  clock.advance(30_000)
  await sessions.touch('ada', one.id)
  const three = await sessions.open({ subject: 'ada' })
  expect((await sessions.list('ada')).map(({ id }) => id).sort()).toEqual([one.id, three.id].sort())
  const verdicts = await Promise.all(
    [one, two, three].map((session) => revocation.check(claimsOf(session, clock.now()))),
  )
  expect(verdicts.map(({ status }) => status)).toEqual(['active', 'revoked', 'active'])
  expect(verdicts[1]).toMatchObject({ by: 'sid', reason: 'too_many_sessions' })
  expect((await sessions.touch('ada', two.id)).status).toBe('not_open')
})

test('of 50 concurrent logins that close others, three are open and pass, and no others do', async () => {
  const { sessions, clock, revocation } = setup({ maxPerSubject: 3, onFull: 'close-least-used' })
  const logins = await Promise.allSettled(fifty.map(() => sessions.open({ subject: 'ada' })))
  const listed = new Set((await sessions.list('ada')).map(({ id }) => id))
  expect(listed.size).toBe(3)
  for (const login of logins) {
    if (login.status === 'rejected') expect(login.reason).toBeInstanceOf(TokenRevokedError)
    else {
      const { allowed } = await revocation.check(claimsOf(login.value, clock.now()))
      expect(allowed).toBe(listed.has(login.value.id))
    }
  }
})

test('the session that makes room is refused before it leaves the list', async () => {
  const clock = virtualClock()
  const plain = memorySessions({ now: clock.now })
  const { sessions, revocation } = setup({ clock, store: plain, maxPerSubject: 1, onFull: 'close-least-used' })
  const one = await sessions.open({ subject: 'ada' })
  const checks: string[] = []
  const store: typeof plain = {
    ...plain,
    open: async (session, limit) => {
      if (limit?.instead.includes(one.id)) checks.push((await revocation.check(claimsOf(one, clock.now()))).status)
      return plain.open(session, limit)
    },
  }
  await setup({ clock, store, revocation, maxPerSubject: 1, onFull: 'close-least-used' }).sessions.open({
    subject: 'ada',
  })
  expect(checks).toEqual(['revoked'])
})

test('a login right after the close of all passes, in the same millisecond too', async () => {
  const { sessions, clock, revocation } = setup()
  await sessions.closeAll('ada')
  const session = await sessions.open({ subject: 'ada' })
  const { openedAt, id } = session
  const claims = {
    sub: 'ada',
    sid: id,
    iat: openedAt / 1_000,
    session_at: openedAt / 1_000,
    exp: clock.now() / 1_000 + 900,
  }
  expect((await revocation.check(claims)).status).toBe('active')
  expect(await sessions.count('ada')).toBe(1)
})

test('a login of a subject that is revoked for the next seconds is refused, and not listed', async () => {
  const { sessions, clock, revocation } = setup()
  await revocation.revoke({ subject: 'ada' }, { issuedBefore: clock.now() + 5_000 })
  await expect(sessions.open({ subject: 'ada' })).rejects.toThrow(TokenRevokedError)
  expect(await sessions.count('ada')).toBe(0)
  clock.advance(5_001)
  await sessions.open({ subject: 'ada' })
})

test('the id of a session that was closed opens nothing again', async () => {
  const { sessions } = setup()
  const { id } = await sessions.open({ subject: 'ada' })
  await sessions.close('ada', id)
  await expect(sessions.open({ subject: 'ada', id })).rejects.toThrow(TokenRevokedError)
  expect(await sessions.count('ada')).toBe(0)
})

test('a login rejects if the revocation cannot be asked', async () => {
  const { marks, clock } = setup()
  const broken = { ...marks, find: () => Promise.reject(new Error('down')) }
  const { sessions } = setup({ clock, marks: broken })
  await expect(sessions.open({ subject: 'ada' })).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
})
