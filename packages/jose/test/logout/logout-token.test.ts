import { createRemoteJWKSet, exportJWK, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAccessTokens, createLogoutTokens } from '../../src/index.ts'
import { issuer, issuerOptions, signByHand, subject } from '../support/fixtures.ts'
import { answering, failing, serveKeys } from '../support/jwks-server.ts'
import {
  clientId,
  expectRefused,
  replayed,
  revoked,
  session,
  setUp,
  steps,
  unavailable,
} from '../support/logout-fixtures.ts'

describe('whom a logout token logs out', () => {
  test('the session that it names, and no other one of the subject', async () => {
    const { tokens, logoutTokens, sign } = setUp()
    const here = await tokens.issue({ sub: subject, sid: session })
    const elsewhere = await tokens.issue({ sub: subject, sid: 'other' })
    expect(await logoutTokens.redeem(await sign())).toMatchObject({ changed: true })
    await expect(tokens.verify(here)).rejects.toMatchObject({ ...revoked, by: 'sid' })
    await tokens.verify(elsewhere)
  })

  test('every session of the subject where it names no session', async () => {
    const { tokens, logoutTokens, sign } = setUp()
    const pair = await Promise.all([session, 'other'].map((sid) => tokens.issue({ sub: subject, sid })))
    const stranger = await tokens.issue({ sub: 'stranger', sid: 'another' })
    await logoutTokens.redeem(await sign({ sid: undefined }))
    for (const token of pair) await expect(tokens.verify(token)).rejects.toMatchObject({ ...revoked, by: 'sub' })
    await tokens.verify(stranger)
  })

  test('the session where it names no subject', async () => {
    const { tokens, logoutTokens, sign } = setUp()
    const token = await tokens.issue({ sub: subject, sid: session })
    await logoutTokens.redeem(await sign({ sub: undefined }))
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
  })

  test('who was logged out already is no replay', async () => {
    const { logoutTokens, sign } = setUp()
    await logoutTokens.redeem(await sign())
    expect(await logoutTokens.redeem(await sign({ jti: 'logout-2' }))).toMatchObject({ changed: false })
  })

  test('no token that has the same jti as the logout token', async () => {
    const { revocation, logoutTokens, clock, sign } = setUp()
    const iat = Math.floor(clock.now() / 1_000)
    const twin = { jti: 'logout-1', iat, exp: iat + 900 }
    await logoutTokens.redeem(await sign())
    expect(await revocation.check(twin)).toMatchObject({ status: 'active' })
    await revocation.revoke({ token: { ...twin, jti: 'logout-2' } })
    await logoutTokens.redeem(await sign({ jti: 'logout-2' }))
  })
})

describe('a logout token is good for one use', () => {
  test('the second one is refused, and logs nobody out again', async () => {
    const { tokens, logoutTokens, clock, sign, store } = setUp()
    const logoutToken = await sign({ sid: undefined })
    await logoutTokens.redeem(logoutToken)
    clock.advance(60_000)
    const afterwards = await tokens.issue({ sub: subject })
    store.calls.length = 0
    await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(replayed)
    expect(store.calls).toEqual(['find'])
    await tokens.verify(afterwards)
  })

  test('the mark of the first use lasts as long as the logout token passes', async () => {
    const { logoutTokens, clock, sign } = setUp({ revocation: { clockTolerance: '10s' } })
    const logoutToken = await sign()
    await logoutTokens.redeem(logoutToken)
    clock.advance(129_000)
    await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(replayed)
    clock.advance(1_000)
    await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject({ problem: 'ERR_JWT_EXPIRED' })
  })

  test('of ten at the same moment one is answered', async () => {
    const { logoutTokens, store, sign } = setUp()
    const logoutToken = await sign()
    store.gather(10)
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => logoutTokens.redeem(logoutToken)))
    expect(store.calls.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'find'))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(replayed)
  })

  test('that everything was revoked is no use of it', async () => {
    const { revocation, tokens, logoutTokens, clock, sign } = setUp()
    const logoutToken = await sign()
    await revocation.revoke({ everything: true })
    clock.advance(2_000)
    const token = await tokens.issue({ sub: subject, sid: session })
    await logoutTokens.redeem(logoutToken)
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
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
      await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(replayed)
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
    expect(store.calls).toEqual(['find'])
    expect(asked).toBe(0)
  })
})

test('where the very last answer of the store is lost, a retry is told that the logout is done', async () => {
  const { tokens, logoutTokens, store, sign } = setUp()
  const token = await tokens.issue({ sub: subject, sid: session })
  const logoutToken = await sign()
  store.failAt(3, 'loses the answer')
  await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(unavailable)
  await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(replayed)
  await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
})

describe('issuers of the revocation', () => {
  test.each([undefined, session])('with "*" the logout stays within the provider (sid %s)', async (sid) => {
    const { revocation, logoutTokens, clock, sign } = setUp({ revocation: { issuer: '*' } })
    const iat = Math.floor(clock.now() / 1_000)
    const claims = { jti: 'a', sid: session, sub: subject, iat, exp: iat + 900 }
    const logoutToken = await sign({ sid })
    await logoutTokens.redeem(logoutToken)
    expect(await revocation.check({ ...claims, iss: issuer })).toMatchObject({ status: 'revoked' })
    expect(await revocation.check({ ...claims, iss: 'https://other.example' })).toMatchObject({ status: 'active' })
    await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(replayed)
  })

  test('with "*" two providers may use the same jti', async () => {
    const { revocation, logoutTokens, sign } = setUp({ revocation: { issuer: '*' } })
    const other = 'https://other.example'
    const others = createLogoutTokens({ ...issuerOptions(revocation), audience: clientId, issuer: other })
    await logoutTokens.redeem(await sign())
    await others.redeem(await sign({ iss: other }))
  })

  test('session tokens of our own are reached by the sid of the provider', async () => {
    const ours = 'https://app.example'
    const { revocation, logoutTokens, sign } = setUp({ revocation: { issuer: ours } })
    const tokens = createAccessTokens(issuerOptions(revocation, { issuer: ours }))
    const token = await tokens.issue({ sub: subject, sid: session })
    const logoutToken = await sign()
    await logoutTokens.redeem(logoutToken)
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
    await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(replayed)
  })
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
  const logoutToken = await signByHand(world.claimsWith(), privateKey, { alg: 'ES256', kid: 'one' })
  await expectRefused(world, logoutToken, { code: 'ERR_KEYS_UNAVAILABLE' })
  isDown = false
  await world.logoutTokens.redeem(logoutToken)
  await close()
})
