/** Sessions that began before they are listed, such as those from before there was a list. */
import { TokenRevokedError } from '@revoked/core'
import { expect, test } from 'vitest'
import { createSessions } from '../src/index.ts'
import { claimsOf, setup } from './support/setup.ts'

const dayMs = 86_400_000
const over = { code: 'ERR_TOKEN_REVOKED', by: 'sid', reason: 'session_over' }

test('a session from before ends when it would have ended, and is in use now', async () => {
  const { sessions, clock } = setup()
  const openedAt = clock.now() - 29 * dayMs
  const session = await sessions.open({ subject: 'ada', id: 'old', openedAt })
  expect(session).toMatchObject({ openedAt, authenticatedAt: openedAt, endsAt: openedAt + 30 * dayMs })
  expect(session).toMatchObject({ lastUsedAt: clock.now(), expiresAt: clock.now() + 1_800_000 })
  expect(await sessions.list('ada')).toEqual([{ ...session, isCurrent: false }])
})

test('a session ends at endsAt, unless its lifetime is over before', async () => {
  const { sessions, clock } = setup()
  const now = clock.now()
  expect(await sessions.open({ subject: 'ada', endsAt: now + 5_000 })).toMatchObject({ endsAt: now + 5_000 })
  const openedAt = now - dayMs
  const bounds = { openedAt, lifetime: '2d', endsAt: now + 3 * dayMs } as const
  expect(await sessions.open({ subject: 'ada', id: 'old', ...bounds })).toMatchObject({ endsAt: now + dayMs })
})

test.each([
  ['its lifetime', (now: number) => ({ openedAt: now - 30 * dayMs })],
  ['endsAt', (now: number) => ({ openedAt: now - dayMs, endsAt: now })],
])('a session that is over by %s is refused, and not listed', async (_, bounds) => {
  const { sessions, clock } = setup()
  await expect(sessions.open({ subject: 'ada', id: 'old', ...bounds(clock.now()) })).rejects.toMatchObject(over)
  expect(await sessions.count('ada')).toBe(0)
})

test('a session from before is refused if everything of its subject was closed since', async () => {
  const { sessions, clock } = setup()
  const openedAt = clock.now()
  clock.advance(60_000)
  await sessions.closeAll('ada')
  clock.advance(60_000)
  await expect(sessions.open({ subject: 'ada', id: 'old', openedAt })).rejects.toThrow(TokenRevokedError)
  expect(await sessions.count('ada')).toBe(0)
})

test('a session from before that the close of all has exempted is listed', async () => {
  const { sessions, clock, revocation } = setup()
  const old = { subject: 'ada', id: 'old', openedAt: clock.now() - dayMs }
  const claims = claimsOf({ ...old } as Parameters<typeof claimsOf>[0], clock.now())
  clock.advance(60_000)
  await sessions.closeAll('ada', { except: claims })
  const session = await sessions.open(old)
  expect(session.endsAt).toBe(old.openedAt + 30 * dayMs)
  expect((await revocation.check(claims)).status).toBe('active')
  expect((await sessions.list('ada')).map(({ id }) => id)).toEqual(['old'])
  await expect(sessions.open({ ...old, id: 'another' })).rejects.toThrow(TokenRevokedError)
  expect(await sessions.count('ada')).toBe(1)
})

test('without a revocation, the close of all keeps sessions from before off the list', async () => {
  const { clock, store } = setup()
  const sessions = createSessions({ store, idleTimeout: '30m', absoluteLifetime: '30d', now: clock.now })
  await sessions.closeAll('ada')
  const old = { subject: 'ada', id: 'old', openedAt: clock.now() - dayMs }
  await expect(sessions.open(old)).rejects.toThrow(TokenRevokedError)
  expect(await sessions.count('ada')).toBe(0)
})

test('a session from before is closed with those that were open then', async () => {
  const { sessions, clock, revocation } = setup()
  const session = await sessions.open({ subject: 'ada', id: 'old', openedAt: clock.now() - dayMs })
  expect((await sessions.closeAll('ada')).closed).toEqual(['old'])
  expect((await revocation.check(claimsOf(session, clock.now()))).status).toBe('revoked')
})

test('sessions from before have their places, whatever the limit for logins', async () => {
  for (const onFull of ['refuse', 'close-least-used'] as const) {
    const { sessions, clock } = setup({ maxPerSubject: 1, onFull })
    const { id } = await sessions.open({ subject: 'ada' })
    const openedAt = clock.now() - dayMs
    for (const old of ['old-1', 'old-2']) await sessions.open({ subject: 'ada', id: old, openedAt })
    expect((await sessions.list('ada')).map((session) => session.id).sort()).toEqual([id, 'old-1', 'old-2'].sort())
  }
})

test('a session from before needs its id, and instants in the past', async () => {
  const { sessions, clock } = setup()
  const now = clock.now()
  await expect(sessions.open({ subject: 'ada', openedAt: now })).rejects.toThrow(TypeError)
  await expect(sessions.open({ subject: 'ada', id: 'old', openedAt: now + 61_000 })).rejects.toThrow(RangeError)
  await expect(sessions.open({ subject: 'ada', id: 'old', openedAt: now / 1_000 })).rejects.toThrow(RangeError)
  await expect(sessions.open({ subject: 'ada', endsAt: now / 1_000 })).rejects.toThrow(RangeError)
  expect(await sessions.count('ada')).toBe(0)
})
