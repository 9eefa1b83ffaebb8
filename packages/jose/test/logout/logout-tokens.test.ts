import { createRemoteJWKSet, exportJWK, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAccessTokens, createLogoutTokens } from '../../src/index.ts'
import { issuer, issuerOptions, signByHand, subject } from '../support/fixtures.ts'
import { answering, failing, serveKeys } from '../support/jwks-server.ts'
import { clientId, expectRefused, revoked, session, setUp, steps, unavailable } from '../support/logout-fixtures.ts'

describe('whom a logout token logs out', () => {
  test('the session that it names, and no other one of the subject', async () => {
    const { tokens, logoutTokens, sign } = setUp()
    const here = await tokens.issue({ sub: subject, sid: session })
    const elsewhere = await tokens.issue({ sub: subject, sid: 'other' })
    expect(await logoutTokens.redeem(await sign())).toMatchObject({ changed: true })
    await expect(tokens.verify(here)).rejects.toMatchObject({ ...revoked, by: 'sid' })
    await tokens.verify(elsewhere)
  })

  test('every session of the subject if it names no session', async () => {
    const { tokens, logoutTokens, sign } = setUp()
    const pair = await Promise.all([session, 'other'].map((sid) => tokens.issue({ sub: subject, sid })))
    const stranger = await tokens.issue({ sub: 'stranger', sid: 'another' })
    await logoutTokens.redeem(await sign({ sid: undefined }))
    for (const token of pair) await expect(tokens.verify(token)).rejects.toMatchObject({ ...revoked, by: 'sub' })
    await tokens.verify(stranger)
  })

  test('the session if it names no subject', async () => {
    const { tokens, logoutTokens, sign } = setUp()
    const token = await tokens.issue({ sub: subject, sid: session })
    await logoutTokens.redeem(await sign({ sub: undefined }))
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
  })

  test('nobody who was logged out by another logout token already', async () => {
    const { logoutTokens, sign } = setUp()
    await logoutTokens.redeem(await sign())
    expect(await logoutTokens.redeem(await sign({ jti: 'logout-2' }))).toEqual({ changed: false })
  })
})

describe('a logout token that comes again', () => {
  test.each([undefined, session])('is answered as the first one was, and changes nothing (sid %s)', async (sid) => {
    const { tokens, logoutTokens, clock, sign, store } = setUp()
    const before = await tokens.issue({ sub: subject, sid: session })
    const logoutToken = await sign({ sid })
    expect(await logoutTokens.redeem(logoutToken)).toEqual({ changed: true })
    clock.advance(60_000)
    const since = await tokens.issue({ sub: subject, sid: 'another' })
    store.calls.length = 0
    expect(await logoutTokens.redeem(logoutToken)).toEqual({ changed: false })
    expect(store.calls).toEqual(steps)
    await tokens.verify(since)
    await expect(tokens.verify(before)).rejects.toMatchObject(revoked)
  })

  test('ten times at the same moment changes something once', async () => {
    const { logoutTokens, sign } = setUp()
    const logoutToken = await sign()
    const results = await Promise.all(Array.from({ length: 10 }, () => logoutTokens.redeem(logoutToken)))
    expect(results.filter(({ changed }) => changed)).toHaveLength(1)
  })
})

describe('a logout token that comes late', () => {
  test('ends the sessions that began before it was issued, and none since', async () => {
    const { tokens, logoutTokens, clock, sign } = setUp()
    const before = await tokens.issue({ sub: subject, sid: 'before' })
    const logoutToken = await sign({ sid: undefined })
    clock.advance(2_000)
    const since = await tokens.issue({ sub: subject, sid: 'since' })
    clock.advance(90_000)
    await logoutTokens.redeem(logoutToken)
    await expect(tokens.verify(before)).rejects.toMatchObject({ ...revoked, by: 'sub' })
    await tokens.verify(since)
  })

  test('ends a session that began in the second in which it was issued', async () => {
    const { revocation, logoutTokens, clock, sign } = setUp()
    const seconds = Math.floor(clock.now() / 1_000)
    const logoutToken = await sign({ sid: undefined })
    clock.advance(90_000)
    await logoutTokens.redeem(logoutToken)
    const claims = { sub: subject, jti: 'a', exp: seconds + 900 }
    expect(await revocation.check({ ...claims, iat: seconds })).toMatchObject({ status: 'revoked' })
    expect(await revocation.check({ ...claims, iat: seconds + 1 })).toMatchObject({ status: 'active' })
  })

  test('of a provider whose clock is ahead ends what began until it came', async () => {
    const { tokens, logoutTokens, clock, sign } = setUp()
    const before = await tokens.issue({ sub: subject, sid: 'before' })
    const iat = Math.floor(clock.now() / 1_000) + 30
    await logoutTokens.redeem(await sign({ sid: undefined, iat, exp: iat + 120 }))
    await expect(tokens.verify(before)).rejects.toMatchObject(revoked)
    clock.advance(1_000)
    await tokens.verify(await tokens.issue({ sub: subject, sid: 'since' }))
  })

  test('ends a session that it names as a whole', async () => {
    const { tokens, logoutTokens, clock, sign } = setUp()
    const logoutToken = await sign()
    clock.advance(90_000)
    const refreshed = await tokens.issue({ sub: subject, sid: session })
    await logoutTokens.redeem(logoutToken)
    await expect(tokens.verify(refreshed)).rejects.toMatchObject({ ...revoked, by: 'sid' })
  })
})

describe.each(['throws', 'rejects', 'hangs'] as const)('a store that %s', (fault) => {
  test.each(steps.map((method, step) => ({ method, step: step + 1 })))(
    'in step $step, a $method: is an outage, and the same logout token works afterwards',
    async ({ step }) => {
      const { tokens, logoutTokens, store, sign } = setUp()
      const token = await tokens.issue({ sub: subject, sid: session })
      const logoutToken = await sign()
      store.calls.length = 0
      store.failAt(step, fault)
      await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(unavailable)
      expect(store.calls).toEqual(steps.slice(0, step))
      await logoutTokens.redeem(logoutToken)
      await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
    },
  )

  test('is an outage under an open policy too, which is not asked', async () => {
    let asked = 0
    const failPolicy = (): 'open' => {
      asked += 1
      return 'open'
    }
    const { logoutTokens, store, sign } = setUp({ revocation: { failPolicy } })
    store.failAt(1, fault)
    await expect(logoutTokens.redeem(await sign())).rejects.toMatchObject(unavailable)
    expect(store.calls).toEqual(steps)
    expect(asked).toBe(0)
  })
})

test('a retry succeeds if the answer of the store was lost', async () => {
  const { tokens, logoutTokens, store, sign } = setUp()
  const token = await tokens.issue({ sub: subject, sid: session })
  const logoutToken = await sign()
  store.calls.length = 0
  store.failAt(1, 'loses the answer')
  await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(unavailable)
  expect(await logoutTokens.redeem(logoutToken)).toEqual({ changed: false })
  await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
})

describe('with the issuer "*"', () => {
  const ours = 'https://app.example'
  const other = 'https://other.example'

  test.each([undefined, session])('reaches our session tokens, and no other issuer (sid %s)', async (sid) => {
    const options = { revocation: { issuer: '*' }, logout: { sessionIssuer: ours } }
    const { revocation, logoutTokens, clock, sign } = setUp(options)
    const iat = Math.floor(clock.now() / 1_000)
    const claims = { jti: 'a', sid: session, sub: subject, iat, exp: iat + 900 }
    expect(await logoutTokens.redeem(await sign({ sid }))).toEqual({ changed: true })
    expect(await revocation.check({ ...claims, iss: ours })).toMatchObject({ status: 'revoked' })
    expect(await revocation.check({ ...claims, iss: issuer })).toMatchObject({ status: 'active' })
  })

  test('reaches the tokens of several issuers', async () => {
    const options = { revocation: { issuer: '*' }, logout: { sessionIssuer: [ours, issuer] } }
    const { revocation, logoutTokens, clock, sign } = setUp(options)
    const iat = Math.floor(clock.now() / 1_000)
    const claims = { jti: 'a', sid: session, sub: subject, iat, exp: iat + 900 }
    await logoutTokens.redeem(await sign())
    for (const iss of [ours, issuer])
      expect(await revocation.check({ ...claims, iss })).toMatchObject({ status: 'revoked' })
    expect(await revocation.check({ ...claims, iss: other })).toMatchObject({ status: 'active' })
  })

  test.each([undefined, '', [], [ours, '']])('throws at set-up for the sessionIssuer %j', (sessionIssuer) => {
    const { revocation } = setUp({ revocation: { issuer: '*' }, logout: { sessionIssuer: ours } })
    const options = {
      ...issuerOptions(revocation),
      audience: clientId,
      ...(sessionIssuer !== undefined && { sessionIssuer }),
    }
    expect(() => createLogoutTokens(options)).toThrow(TypeError)
    expect(() => createLogoutTokens(options)).toThrow(/sessionIssuer/)
  })
})

test('with another issuer, our session tokens are reached by the sid of the provider', async () => {
  const ours = 'https://app.example'
  const { revocation, logoutTokens, sign } = setUp({ revocation: { issuer: ours } })
  const tokens = createAccessTokens(issuerOptions(revocation, { issuer: ours }))
  const token = await tokens.issue({ sub: subject, sid: session })
  await logoutTokens.redeem(await sign())
  await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
})

test('keys that cannot be fetched are an outage, and the same logout token works afterwards', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] }
  let isDown = true
  const { url, close } = await serveKeys((request, response) => {
    const respond = isDown ? failing(500) : answering(jwks)
    respond(request, response)
  })
  const keys = { publicKey: createRemoteJWKSet(url, { cooldownDuration: 0 }) }
  const world = setUp({ logout: { algorithms: ['ES256'], keys } })
  const logoutToken = await signByHand(world.claimsWith(), privateKey, { alg: 'ES256', kid: 'one', typ: undefined })
  await expectRefused(world, logoutToken, { code: 'ERR_KEYS_UNAVAILABLE' })
  isDown = false
  await world.logoutTokens.redeem(logoutToken)
  await close()
})
