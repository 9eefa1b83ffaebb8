import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { decodeJwt, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAccessTokens, createLogoutTokens, type LogoutTokenOptions } from '../../src/index.ts'
import {
  audience,
  issuerOptions,
  moveTo,
  rejectionOf,
  secretText,
  signByHand,
  subject,
  tampered,
} from '../support/fixtures.ts'
import { clientId, expectRefused, logoutEvent, refusedFor, session, setUp } from '../support/logout-fixtures.ts'

describe('a logout token is accepted', () => {
  test.each([undefined, 'JWT', 'jwt', 'logout+jwt', 'Logout+JWT', 'application/logout+jwt'])(
    'with the type %s',
    async (typ) => {
      const { logoutTokens, sign } = setUp()
      await logoutTokens.redeem(await sign({}, { alg: 'HS256', ...(typ !== undefined && { typ }) }))
    },
  )

  test.each([
    ['with other events beside', { events: { [logoutEvent]: {}, 'https://login.example/other': {} } }],
    ['with members in the event', { events: { [logoutEvent]: { revoke_offline_access: true } } }],
    ['with claims that nobody knows', { tenant: 'a', events_at: 'noon' }],
    ['for several audiences', { aud: [clientId, audience] }],
  ])('%s', async (_, changes) => {
    const { logoutTokens, sign } = setUp()
    await logoutTokens.redeem(await sign(changes))
  })
})

describe('a logout token is refused', () => {
  const event = { [logoutEvent]: {} }
  test.each<readonly [title: string, changes: Readonly<Record<string, unknown>>, claim: string]>([
    ['of another issuer', { iss: 'https://evil.example' }, 'iss'],
    ['without iss', { iss: undefined }, 'iss'],
    ['for another audience', { aud: audience }, 'aud'],
    ['without aud', { aud: undefined }, 'aud'],
    ['without iat', { iat: undefined }, 'iat'],
    ['with iat as text', { iat: 'now' }, 'iat'],
    ['with exp as text', { exp: 'never' }, 'exp'],
    ['without jti', { jti: undefined }, 'jti'],
    ['with an empty jti', { jti: '' }, 'jti'],
    ['with a number as jti', { jti: 1 }, 'jti'],
    ['with neither sid nor sub', { sid: undefined, sub: undefined }, 'sub'],
    ['without events', { events: undefined }, 'events'],
    ['with events as text', { events: logoutEvent }, 'events'],
    ['with events as null', { events: null }, 'events'],
    ['with events as an array', { events: [event] }, 'events'],
    ['without the event', { events: { 'https://login.example/other': {} } }, 'events'],
    ['with the event as text', { events: { [logoutEvent]: '' } }, 'events'],
    ['with the event as true', { events: { [logoutEvent]: true } }, 'events'],
    ['with the event as null', { events: { [logoutEvent]: null } }, 'events'],
    ['with the event as an array', { events: { [logoutEvent]: [] } }, 'events'],
    ['with a nonce', { nonce: 'n' }, 'nonce'],
    ['with a nonce that is null', { nonce: null }, 'nonce'],
    ['with an exp beyond maxTokenLifetime', { exp: 9_999_999_999 }, 'exp'],
    ['with nbf in the future', { nbf: 4_000_000_000 }, 'nbf'],
    ['with iat in the future', { iat: 4_000_000_000, exp: 4_000_000_100 }, 'iat'],
    ['with iat in the future and without exp', { iat: 4_000_000_000, exp: undefined }, 'iat'],
    ['with an empty sid, though it names a subject', { sid: '' }, 'sid'],
    ['with a sid that is null, though it names a subject', { sid: null }, 'sid'],
    ['with a number as sid, though it names a subject', { sid: 7 }, 'sid'],
    ['with an empty sub and no sid', { sid: undefined, sub: '' }, 'sub'],
    ['with a sub that is null and no sid', { sid: undefined, sub: null }, 'sub'],
  ])('%s', async (_, changes, claim) => {
    const world = setUp()
    await expectRefused(world, await world.sign(changes), refusedFor(claim))
    expect(world.store.calls).toEqual([])
  })

  test('with a sid that no revocation can be filed under', async () => {
    const world = setUp()
    const token = await world.sign({ sid: 's'.repeat(1_025) })
    await expectRefused(world, token, { code: 'ERR_INVALID_CLAIMS', claim: 'sid' })
  })

  test('once it has expired, by more than the tolerance', async () => {
    const world = setUp({ revocation: { clockTolerance: '10s' } })
    const [early, late] = await Promise.all([world.sign({ jti: 'early' }), world.sign({ jti: 'late' })])
    world.clock.advance(125_000)
    await world.logoutTokens.redeem(early)
    world.clock.advance(10_000)
    await expect(world.logoutTokens.redeem(late)).rejects.toMatchObject({ problem: 'ERR_JWT_EXPIRED', claim: 'exp' })
  })

  test('without exp once it is older than maxAge, by more than the tolerance', async () => {
    for (const [maxAge, seconds] of [
      [undefined, 120],
      ['10m', 600],
    ] as const) {
      const logout = maxAge === undefined ? {} : { maxAge }
      const world = setUp({ revocation: { clockTolerance: '10s' }, logout })
      const token = await world.sign({ exp: undefined })
      const iat = Math.floor(world.clock.now() / 1_000)
      moveTo(world.clock, (iat + seconds + 10) * 1_000 - 1)
      await world.logoutTokens.redeem(token)
      world.clock.advance(1)
      const expected = { code: 'ERR_INVALID_TOKEN', problem: 'ERR_JWT_EXPIRED', claim: 'iat' }
      await expect(world.logoutTokens.redeem(token)).rejects.toMatchObject(expected)
    }
  })

  test.each(['at+jwt', 'rt+jwt', 'secevent+jwt', 'dpop+jwt', 'logout', 'logout+jwt+jwt', ''])(
    'of the type "%s"',
    async (typ) => {
      const world = setUp()
      const expected = { code: 'ERR_INVALID_TOKEN', problem: 'ERR_TOKEN_TYPE', claim: 'typ' }
      await expectRefused(world, await world.sign({}, { alg: 'HS256', typ }), expected)
    },
  )

  test('if it is an access token or an ID token of the same provider for the same client', async () => {
    const world = setUp()
    const sameAudience = createAccessTokens(issuerOptions(world.revocation, { audience: clientId }))
    const accessToken = await sameAudience.issue({ sub: subject, sid: session })
    world.store.calls.length = 0
    await expectRefused(world, accessToken, { problem: 'ERR_TOKEN_TYPE', claim: 'typ' })
    await expectRefused(world, await world.sign({ events: undefined, nonce: 'n' }), refusedFor('events'))
  })

  test('is no access token in turn', async () => {
    const { tokens, sign } = setUp()
    const token = await sign({ aud: audience }, { alg: 'HS256', typ: 'logout+jwt' })
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' })
  })
})

describe('a logout token that the provider did not sign is refused', () => {
  const notAllowed = { code: 'ERR_INVALID_TOKEN', problem: 'ERR_JOSE_ALG_NOT_ALLOWED' }
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

  test('tampered with', async () => {
    const world = setUp()
    const problem = 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'
    await expectRefused(world, tampered(await world.sign()), { code: 'ERR_INVALID_TOKEN', problem })
  })

  test.each(['none', 'None', 'NONE'])('with alg %s', async (alg) => {
    const world = setUp()
    await expectRefused(world, `${encoded({ alg })}.${encoded(world.claimsWith())}.`, notAllowed)
    await expectRefused(world, new UnsecuredJWT(world.claimsWith()).encode(), notAllowed)
  })

  test('with another algorithm of the same secret', async () => {
    const world = setUp()
    await expectRefused(world, await world.sign({}, { alg: 'HS512' }), notAllowed)
  })

  test('with the public key as a secret', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const world = setUp({ logout: { algorithms: ['RS256'], keys: { publicKey } } })
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    await expectRefused(
      world,
      await signByHand(world.claimsWith(), new TextEncoder().encode(pem), { alg: 'HS256', typ: undefined }),
      notAllowed,
    )
    await world.logoutTokens.redeem(await signByHand(world.claimsWith(), privateKey, { alg: 'RS256', typ: undefined }))
  })

  test.each(['', 'a', 'a.b.c', '....', 'a.b.c.d.e'])('malformed as "%s"', async (token) => {
    await expectRefused(setUp(), token, { code: 'ERR_INVALID_TOKEN' })
  })
})

test('no error shows the logout token, whom it names or the secret', async () => {
  const { logoutTokens, store, sign } = setUp()
  const good = await sign()
  await logoutTokens.redeem(good)
  const refused = [
    tampered(good),
    await sign({ iss: `${subject}-issuer` }),
    await sign({ nonce: subject }),
    await sign({ events: { [logoutEvent]: subject } }),
    await sign({ sid: [session] }),
    await sign({ exp: 0 }),
    await sign({}, { alg: 'HS256', typ: subject }),
  ]
  const outage = await sign({ jti: 'during-the-outage' })
  for (const token of [...refused, outage]) {
    if (token === outage) store.failAt(1, 'rejects')
    const error = await rejectionOf(logoutTokens.redeem(token))
    const everything = `${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)}`
    const { jti = '' } = decodeJwt(token)
    for (const leak of [subject, session, secretText, token, token.split('.')[1] ?? token, jti])
      expect(everything).not.toContain(leak)
  }
})

describe('wrong options throw at set-up', () => {
  test.each<readonly [title: string, changes: Readonly<Record<string, unknown>>, message: RegExp]>([
    ['no revocation', { revocation: undefined }, /createRevocation/],
    ['no issuer', { issuer: '' }, /issuer/],
    ['no audience', { audience: undefined }, /audience/],
    ['no algorithms', { algorithms: [] }, /algorithm/],
    ['the algorithm none', { algorithms: ['none'] }, /HS256/],
    ['no keys', { keys: undefined }, /keys/],
    ['several audiences', { audience: [clientId] }, /client_id/],
    ['an unknown option', { sessionIsuer: 'https://app.example' }, /sessionIsuer/],
    ['an option of the tokens', { acceptUntyped: true }, /acceptUntyped/],
    ['a sessionIssuer if ids are not kept apart by issuer', { sessionIssuer: 'https://app.example' }, /sessionIssuer/],
  ])('%s', (_, changes, message) => {
    const { revocation } = setUp()
    const options = { ...issuerOptions(revocation), ...changes } as unknown as LogoutTokenOptions
    expect(() => createLogoutTokens(options)).toThrow(TypeError)
    expect(() => createLogoutTokens(options)).toThrow(message)
  })
})
