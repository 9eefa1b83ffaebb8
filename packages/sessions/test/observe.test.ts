import { createRevocation } from '@revoked/core'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { expect, test } from 'vitest'
import { claimsOf, setup } from './support/setup.ts'

/** Returns sessions whose revocation observes, and an API over the same stores that enforces. */
function observing() {
  const clock = virtualClock()
  const { now } = clock
  const marks = { ...memoryStore({ now }) }
  const store = memorySessions({ now })
  const over = { store: marks, maxTokenLifetime: '24h', now } as const
  const revocation = createRevocation({ ...over, mode: 'observe', allowlist: { sessions: store } })
  const enforced = createRevocation({ ...over, allowlist: { sessions: store } })
  return { ...setup({ clock, marks, store, revocation }), marks, enforced }
}

test('in the mode observe, a login works while the store of the marks is down', async () => {
  const { sessions, marks } = observing()
  marks.find = () => Promise.reject(new Error('unreachable'))
  await sessions.open({ subject: 'ada' })
  expect(await sessions.count('ada')).toBe(1)
})

test('a login in the millisecond of a revocation passes once the mode is enforce', async () => {
  const { sessions, revocation, enforced, clock } = observing()
  await revocation.revoke({ subject: 'ada' })
  const session = await sessions.open({ subject: 'ada' })
  expect(await sessions.count('ada')).toBe(1)
  clock.advance(1)
  await expect(enforced.check(claimsOf(session, clock.now()))).resolves.toHaveProperty('status', 'active')
})

test('a session that is closed stays so in the mode observe, and its tokens pass', async () => {
  const { sessions, revocation, enforced, clock } = observing()
  const session = await sessions.open({ subject: 'ada' })
  const claims = claimsOf(session, clock.now())
  expect(await sessions.close('ada', session.id)).toBeTruthy()
  expect(await sessions.count('ada')).toBe(0)
  await expect(revocation.check(claims)).resolves.toMatchObject({ status: 'observed', allowed: true })
  await expect(enforced.check(claims)).resolves.toMatchObject({ status: 'revoked', allowed: false })
})
