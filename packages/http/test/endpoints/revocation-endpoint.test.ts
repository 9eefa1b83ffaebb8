import { revocationEndpoint } from '@revoked/http/oauth'
import { afterEach, describe, expect, test } from 'vitest'
import {
  authenticateClient,
  createOAuthWorld,
  expectRefusal,
  outages,
  post,
  retryLater,
  session,
  subject,
} from '../support/oauth-setup.ts'
import { secrets } from '../support/setup.ts'

const world = createOAuthWorld()
const { tokens } = world
const outagesTold: unknown[] = []
const endpoint = revocationEndpoint({ tokens, authenticateClient, onUnavailable: (error) => outagesTold.push(error) })

const done = { status: 200, headers: { 'Cache-Control': 'no-store' } }
const revoked = { code: 'ERR_TOKEN_REVOKED' }

afterEach(() => {
  world.comeBack()
  outagesTold.length = 0
})

describe('takes back', () => {
  test('an access token, by itself', async () => {
    const claims = { sub: subject, sid: session, client_id: 'web' }
    const [token, other] = await Promise.all([tokens.issue(claims), tokens.issue(claims)])
    expect(await post(endpoint, { token })).toEqual(done)
    await expect(tokens.verify(token)).rejects.toMatchObject({ ...revoked, by: 'jti', reason: 'client_request' })
    await tokens.verify(other)
  })

  test('a refresh token, with its whole session', async () => {
    const { accessToken, refreshToken } = await tokens.issuePair({ sub: subject, client_id: 'web' })
    const next = await tokens.rotate(refreshToken)
    const otherSession = await tokens.issuePair({ sub: subject, client_id: 'web' })
    expect(await post(endpoint, { token: next.refreshToken })).toEqual(done)
    for (const token of [accessToken, next.accessToken])
      await expect(tokens.verify(token)).rejects.toMatchObject({ ...revoked, by: 'sid' })
    await expect(tokens.rotate(next.refreshToken)).rejects.toMatchObject(revoked)
    await tokens.verifyRefresh(otherSession.refreshToken)
  })

  test('a session by a refresh token that has been spent', async () => {
    const { refreshToken } = await tokens.issuePair({ sub: subject })
    const { accessToken } = await tokens.rotate(refreshToken)
    expect(await post(endpoint, { token: refreshToken })).toEqual(done)
    await expect(tokens.verify(accessToken)).rejects.toMatchObject(revoked)
  })

  test('a token without client_id, for any client', async () => {
    const token = await tokens.issue({ sub: subject })
    expect(await post(endpoint, new URLSearchParams({ token }))).toEqual(done)
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
  })

  test.each(['access_token', 'refresh_token', 'S3CRET-hint'])('whatever the hint says: %s', async (hint) => {
    const token = await tokens.issue({ sub: subject })
    expect(await post(endpoint, { token, token_type_hint: hint })).toEqual(done)
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
  })
})

test('answers 200 for a token that was revoked before', async () => {
  const token = await tokens.issue({ sub: subject })
  await tokens.revoke(token)
  expect(await post(endpoint, { token })).toEqual(done)
})

describe("refuses another client's", () => {
  test.each(['app', '', 'WEB', 7, ['web']])('access token (client_id %j), and revokes nothing', async (clientId) => {
    const token = await tokens.issue({ sub: subject, client_id: clientId })
    expectRefusal(await post(endpoint, { token }), 400, 'invalid_grant')
    await tokens.verify(token)
  })

  test('access token (by azp), and revokes nothing', async () => {
    const token = await tokens.issue({ sub: subject, azp: 'app' })
    expectRefusal(await post(endpoint, { token }), 400, 'invalid_grant')
    await tokens.verify(token)
  })

  test('refresh token, and revokes nothing', async () => {
    const { accessToken, refreshToken } = await tokens.issuePair({ sub: subject, client_id: 'app' })
    expectRefusal(await post(endpoint, { token: refreshToken }), 400, 'invalid_grant')
    await tokens.verify(accessToken)
    await tokens.verifyRefresh(refreshToken)
  })
})

test.each([
  ['has no jti', { jti: undefined }],
  ['has a jti that cannot be used', { jti: 7 }],
])('never says that a genuine token is revoked that %s', async (_, changes) => {
  const token = await world.signByHand(changes)
  expectRefusal(await post(endpoint, { token }), 400, 'unsupported_token_type')
})

test.each(outages)('is not available while the store %s, and revokes afterwards', async (how) => {
  const token = await tokens.issue({ sub: subject })
  world.goDown(how)
  expectRefusal(await post(endpoint, { token }), 503, 'temporarily_unavailable', retryLater)
  expect(outagesTold).toEqual([expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' })])
  if (how !== 'hangs') expect(outagesTold[0]).toHaveProperty('cause.message', secrets.storeError)
  world.comeBack()
  await tokens.verify(token)
  expect(await post(endpoint, { token })).toEqual(done)
  await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
})

test('hands a defect to the framework', async () => {
  const defect = new TypeError('x is not a function')
  const broken = { inspect: tokens.inspect, revoke: () => Promise.reject(defect) }
  const token = await tokens.issue({ sub: subject })
  await expect(post(revocationEndpoint({ tokens: broken, authenticateClient }), { token })).rejects.toBe(defect)
})
