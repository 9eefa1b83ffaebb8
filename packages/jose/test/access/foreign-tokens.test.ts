import { describe, expect, test, vi } from 'vitest'
import { createRevocableTokens, type RevocableTokenOptions } from '../../src/index.ts'
import { issuer, issuerOptions, signByHand, subject, world } from '../support/fixtures.ts'

const clientId = 'our-client-id'
const wrongType = { code: 'ERR_INVALID_TOKEN', status: 401, problem: 'ERR_TOKEN_TYPE' }
const logoutEvent = { 'http://schemas.openid.net/event/backchannel-logout': {} }

interface ProviderToken {
  readonly typ?: string
  readonly claims: Readonly<Record<string, unknown>>
}

type Tokens = readonly (readonly [title: string, token: ProviderToken])[]

/** All are for the client id, and signed by the key of the provider. */
const accessTokens: Tokens = [
  ['Keycloak', { typ: 'JWT', claims: { typ: 'Bearer', azp: clientId, scope: 'openid', acr: '1', sid: 's' } }],
  ['Keycloak before 25, with a nonce', { typ: 'JWT', claims: { typ: 'Bearer', azp: clientId, nonce: 'n' } }],
  ['Auth0', { typ: 'JWT', claims: { azp: clientId, scope: 'openid profile', gty: 'password' } }],
  ['Entra v2', { typ: 'JWT', claims: { azp: clientId, azpacr: '1', scp: 'Read', oid: 'o', tid: 't', ver: '2.0' } }],
  ['Entra v1, of an application', { typ: 'JWT', claims: { appid: clientId, appidacr: '1', oid: 'o', ver: '1.0' } }],
  ['Okta', { claims: { ver: 1, cid: clientId, uid: 'u', scp: ['openid'], auth_time: 1_700_000_000 } }],
  ['Cognito', { claims: { token_use: 'access', client_id: clientId, username: 'ada', version: 2 } }],
]

/** Each could stand for a login, if it were taken for an access token. */
const otherTokens: Tokens = [
  ['an ID token of Keycloak', { typ: 'JWT', claims: { typ: 'ID', azp: clientId, at_hash: 'h', sid: 's', acr: '1' } }],
  ['a refresh token of Keycloak', { typ: 'JWT', claims: { typ: 'Refresh', azp: clientId, scope: 'openid', sid: 's' } }],
  ['a logout token of Keycloak', { typ: 'JWT', claims: { typ: 'Logout', events: logoutEvent, sid: 's' } }],
  ['a logout token', { typ: 'logout+jwt', claims: { events: logoutEvent, sid: 's' } }],
  ['a logout token with the typ JWT', { typ: 'JWT', claims: { events: logoutEvent, sid: 's' } }],
  ['a logout token without a typ', { claims: { events: logoutEvent, sid: 's' } }],
  ['a logout token with a scope', { claims: { events: logoutEvent, sid: 's', scope: 'openid' } }],
  ['another security event', { claims: { events: { 'https://provider.example/disabled': {} }, scope: 'openid' } }],
  ['an ID token of Auth0', { typ: 'JWT', claims: { name: 'Ada', nonce: 'n', sid: 's', auth_time: 1_700_000_000 } }],
  ['an ID token of Entra', { typ: 'JWT', claims: { name: 'Ada', oid: 'o', rh: 'r', tid: 't', uti: 'u', ver: '2.0' } }],
  ['an ID token of Okta', { claims: { ver: 1, amr: ['pwd'], idp: 'i', at_hash: 'h', auth_time: 1_700_000_000 } }],
  ['an ID token of Cognito', { claims: { token_use: 'id', at_hash: 'h', 'cognito:username': 'ada' } }],
  ['an ID token of Google', { typ: 'JWT', claims: { azp: clientId, email: 'ada@example.com' } }],
  ['an ID token with the least that one has', { claims: {} }],
  ['an ID token with a hash of the code', { claims: { c_hash: 'h', scope: 'openid' } }],
  ['an ID token with a hash of the state', { claims: { s_hash: 'h', scope: 'openid' } }],
  ['an ID token with a nonce and a scope', { claims: { nonce: 'n', scope: 'openid' } }],
]

/** A service that takes the client id for its audience. */
function service(options: Partial<RevocableTokenOptions> = {}) {
  const { revocation, clock, store } = world()
  const tokens = createRevocableTokens({ ...issuerOptions(revocation), audience: clientId, ...options })
  const iat = Math.floor(clock.now() / 1_000)
  const sign = ({ typ, claims }: ProviderToken): Promise<string> =>
    signByHand({ iss: issuer, aud: clientId, sub: subject, jti: 'j', iat, exp: iat + 900, ...claims }, undefined, {
      alg: 'HS256',
      typ,
    })
  return { tokens, store, sign }
}

describe.each([
  ['by default', {}],
  ['with acceptUntyped', { acceptUntyped: true }],
  ['with a function that accepts everything but the least', { acceptUntyped: (claims: object) => 'scope' in claims }],
])('%s', (_, options) => {
  test.each(otherTokens)('%s lets nobody in, and revokes nothing', async (_, token) => {
    const { tokens, store, sign } = service(options)
    const signed = await sign(token)
    for (const use of [tokens.verify, tokens.redeem, tokens.revoke, tokens.endSession, tokens.inspect])
      await expect(use(signed)).rejects.toMatchObject(wrongType)
    expect(store.calls).toEqual([])
  })
})

describe.each(accessTokens)('an access token of %s', (_, token) => {
  test('is refused by default, and accepted with acceptUntyped', async () => {
    const strict = service()
    await expect(strict.tokens.verify(await strict.sign(token))).rejects.toMatchObject(wrongType)
    const { tokens, sign } = service({ acceptUntyped: true })
    expect((await tokens.verify(await sign(token))).claims.sub).toBe(subject)
  })
})

describe('acceptUntyped as a function', () => {
  test('decides by the verified claims, and true alone accepts', async () => {
    for (const [answer, isAccepted] of [
      [true, true],
      [false, false],
      [undefined, false],
      ['yes', false],
      [Promise.resolve(true), false],
    ] as const) {
      const seen: unknown[] = []
      const acceptUntyped = ((claims: object) => {
        seen.push(claims)
        return answer
      }) as RevocableTokenOptions['acceptUntyped'] & object
      const { tokens, sign } = service({ acceptUntyped })
      const verified = tokens.verify(await sign({ typ: 'JWT', claims: { role: 'admin' } }))
      if (isAccepted) expect((await verified).claims['role']).toBe('admin')
      else await expect(verified).rejects.toMatchObject(wrongType)
      expect(seen).toMatchObject([{ role: 'admin', sub: subject }])
    }
  })

  test('that rejects refuses the token, and leaves no rejection unhandled', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const acceptUntyped = (async () => {
      throw new Error('no answer')
    }) as unknown as () => boolean
    const { tokens, sign } = service({ acceptUntyped })
    await expect(tokens.verify(await sign({ typ: 'JWT', claims: {} }))).rejects.toMatchObject(wrongType)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('is not asked about typed tokens, nor about those of another issuer', async () => {
    let asked = 0
    const { tokens, sign } = service({
      acceptUntyped: () => {
        asked += 1
        return true
      },
    })
    await tokens.verify(await sign({ typ: 'at+jwt', claims: {} }))
    await expect(tokens.verify(await sign({ claims: { iss: 'https://evil.example' } }))).rejects.toMatchObject({
      claim: 'iss',
    })
    expect(asked).toBe(0)
  })
})

test('an acceptUntyped that is neither boolean nor function throws at set-up', () => {
  expect(() => service({ acceptUntyped: 'yes' as unknown as boolean })).toThrow(/acceptUntyped must be a boolean/)
})
