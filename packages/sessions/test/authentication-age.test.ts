import { RevocationError } from '@revoked/core'
import { expect, test } from 'vitest'
import { setup } from './support/setup.ts'

test('an authentication is fresh until its greatest age, and a new one is fresh again', async () => {
  const { sessions, clock } = setup()
  const session = await sessions.open({ subject: 'ada' })
  clock.advance(300_000)
  expect(sessions.isFresh(session, '5m')).toBe(true)
  sessions.assertFresh(session, '5m')
  clock.advance(1)
  expect(sessions.isFresh(session, '5m')).toBe(false)
  const touched = await sessions.touch('ada', session.id, { authenticatedAt: clock.now() })
  if (touched.status !== 'noted') throw new Error('The authentication was not written.')
  sessions.assertFresh(touched.session, '5m')
})

test('an older authentication is answered 401 with the challenge of RFC 9470', async () => {
  const { sessions, clock } = setup()
  const session = await sessions.open({ subject: 'ada', authenticatedAt: clock.now() - 301_000 })
  let error: unknown
  try {
    sessions.assertFresh(session, '5m')
  } catch (reason) {
    error = reason
  }
  expect(error).toBeInstanceOf(RevocationError)
  expect(error).toMatchObject({
    name: 'StaleAuthenticationError',
    code: 'ERR_STALE_AUTHENTICATION',
    status: 401,
    statusCode: 401,
    maxAge: 300,
    challenge:
      'Bearer error="insufficient_user_authentication", error_description="A more recent authentication is required", max_age="300"',
  })
})

test('an age that max_age cannot state is refused', async () => {
  const { sessions } = setup()
  const session = await sessions.open({ subject: 'ada' })
  expect(() => sessions.isFresh(session, 'soon' as '1s')).toThrow(TypeError)
  // As max_age, which counts whole seconds, it would be 0, or less than it is.
  for (const maxAge of [0, '1ms', '999ms', '1500ms'] as const) {
    expect(() => sessions.isFresh(session, maxAge)).toThrow(RangeError)
    expect(() => sessions.assertFresh(session, maxAge)).toThrow(RangeError)
  }
  sessions.assertFresh(session, '1s')
})
