import { createRevocation } from '@revoked/core'
import { revocationEndpoint } from '@revoked/http/oauth'
import { createRevocableTokens, createTokenPairs } from '@revoked/jose'
import { memoryStore } from '@revoked/store-memory'
import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { authenticateClient, expectRefusal, post } from '../support/oauth-setup.ts'
import { secrets } from '../support/setup.ts'

const issuer = 'https://login.example'
const audience = 'https://api.example'
const secret = new TextEncoder().encode(secrets.signingKey)
const store = memoryStore()
const revocation = createRevocation({ store, maxTokenLifetime: '24h', clockTolerance: '5s' })
/** Of services that accept longer tokens. */
const lenient = createRevocation({ store, maxTokenLifetime: '3000d', clockTolerance: '5s' })
const keys = { secret }
const tokens = createTokenPairs({
  revocation,
  issuer,
  audience,
  algorithms: ['HS256'],
  keys,
  refresh: { lifetime: '1h' },
})
const endpoint = revocationEndpoint({ tokens, authenticateClient })

const seconds = (): number => Math.floor(Date.now() / 1_000)

interface SignOptions {
  readonly header?: Partial<JWTHeaderParameters>
  readonly key?: Uint8Array
}

/** A change to `undefined` leaves a claim out. */
function sign(
  changes: Readonly<Record<string, unknown>> = {},
  { header, key = secret }: SignOptions = {},
): Promise<string> {
  const iat = seconds()
  const jti = crypto.randomUUID()
  const claims = { iss: issuer, aud: audience, sub: secrets.subject, jti, iat, exp: iat + 900, ...changes }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
    .sign(key, { crit: { b64: true, x: true } })
}

/**
 * Tells whether some service accepts the token that has the keys of the issuer and looks for
 * revocations, now or once the token has become valid: one of another audience, say, or one whose
 * verifier looks at neither audience, type nor lifetime.
 */
async function passesSomewhere(token: string): Promise<boolean> {
  const claims = (await verify(token, Date.now())) ?? (await verify(token, Date.now() + 3_600_000))
  if (claims === undefined) return false
  const { jti, sid, exp = seconds() + 900 } = claims
  const verdict = await lenient.check({ ...(isId(jti) && { jti }), ...(isId(sid) && { sid }), exp })
  return verdict.status === 'active'
}

async function verify(token: string, now: number): Promise<JWTPayload | undefined> {
  const algorithms = ['HS256', 'HS384', 'HS512']
  const options = { algorithms, clockTolerance: 5, crit: { x: true }, currentDate: new Date(now) }
  try {
    return (await jwtVerify(token, secret, options)).payload
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 1_024
}

describe('answers 200 and no service of the issuer accepts', () => {
  test.each<readonly [title: string, make: () => string | Promise<string>]>([
    ['an access token', () => tokens.issue({ sub: secrets.subject })],
    ['an access token of a session', () => tokens.issue({ sub: secrets.subject, sid: crypto.randomUUID() })],
    ['a refresh token', async () => (await tokens.issuePair({ sub: secrets.subject })).refreshToken],
    ['a token that is not valid yet', () => sign({ nbf: seconds() + 600, exp: seconds() + 7_200 })],
    ['a token that lives too long', () => sign({ exp: seconds() + 1_000_000 })],
    ['a token that is issued in the future', () => sign({ iat: seconds() + 600, exp: seconds() + 7_200 })],
    ['a token with its type in another case', () => sign({}, { header: { typ: 'at+JWT' } })],
    ['a token whose audience is one of several', () => sign({ aud: ['https://other.example', audience] })],
    ['an expired token', () => sign({ iat: seconds() - 1_000, exp: seconds() - 100 })],
    ['a token that expired within the tolerance', () => sign({ iat: seconds() - 900, exp: seconds() - 2 })],
    ['a token that another key signed', () => sign({}, { key: new Uint8Array(32) })],
    ['a token with a tampered signature', async () => `${(await sign()).slice(0, -8)}AAAAAAAA`],
    ['a token that was cut off', async () => (await sign()).slice(0, -8)],
    ['text', () => 'S3CRET'],
    ['dots', () => '..'],
  ])('%s', async (_, make) => {
    const token = await make()
    expect(await post(endpoint, { token })).toMatchObject({ status: 200 })
    expect(await passesSomewhere(token)).toBe(false)
  })
})

test('a service that issues nothing ends the session of a refresh token', async () => {
  const verifying = createRevocableTokens({ revocation, issuer, audience, algorithms: ['HS256'], keys })
  const { accessToken, refreshToken } = await tokens.issuePair({ sub: secrets.subject, client_id: 'web' })
  const answer = await post(revocationEndpoint({ tokens: verifying, authenticateClient }), { token: refreshToken })
  expect(answer).toMatchObject({ status: 200 })
  for (const token of [accessToken, refreshToken]) expect(await passesSomewhere(token)).toBe(false)
  await expect(tokens.rotate(refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
})

describe('answers 400 because some service may accept', () => {
  test.each<readonly [title: string, make: () => string | Promise<string>]>([
    ['a token for another audience', () => sign({ aud: 'https://other.example' })],
    ['a token for no audience', () => sign({ aud: undefined })],
    ['an ID token', () => sign({ aud: 'our-client-id', nonce: 'n' })],
    ['a token of another issuer with the same key', () => sign({ iss: 'https://other.example' })],
    ['a token of another algorithm', () => sign({}, { header: { alg: 'HS512' } })],
    ['a token of a type that is none of ours', () => sign({}, { header: { typ: 'id+jwt' } })],
    ['a refresh token of another authorization server', () => sign({}, { header: { typ: 'rt+jwt' } })],
    ['a token with a critical header', () => sign({}, { header: { crit: ['x'], x: 1 } })],
    ['a token that never expires', () => sign({ exp: undefined })],
    ['a token without jti', () => sign({ jti: undefined })],
    ['a token with a numeric jti', () => sign({ jti: 7 })],
    ['a token with an endless jti', () => sign({ jti: 'S3CRET'.repeat(200) })],
  ])('%s', async (_, make) => {
    const token = await make()
    expect(await passesSomewhere(token)).toBe(true)
    expectRefusal(await post(endpoint, { token }), 400, 'unsupported_token_type')
  })

  test("another client's token", async () => {
    const token = await sign({ client_id: 'app' })
    expectRefusal(await post(endpoint, { token }), 400, 'invalid_grant')
    expect(await passesSomewhere(token)).toBe(true)
  })

  test('an encrypted token, of which nothing can be told', async () => {
    const token = 'eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d'
    expectRefusal(await post(endpoint, { token }), 400, 'unsupported_token_type')
  })
})
