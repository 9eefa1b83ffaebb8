import { CompactSign, FlattenedSign } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAccessTokens } from '../../src/index.ts'
import {
  audience,
  goodClaims,
  issuerOptions,
  secret,
  signByHand,
  subject,
  tampered,
  world,
} from '../support/fixtures.ts'

const toleranceSeconds = 60
const claimFailed = 'ERR_JWT_CLAIM_VALIDATION_FAILED'

/** Refused by both, without a question to the store. */
async function expectRefused(
  { tokens, store }: ReturnType<typeof world>,
  token: string,
  fault: { readonly problem: string; readonly claim?: string },
): Promise<void> {
  const expected = { name: 'InvalidTokenError', code: 'ERR_INVALID_TOKEN', status: 401, statusCode: 401, ...fault }
  await expect(tokens.verify(token)).rejects.toMatchObject(expected)
  await expect(tokens.revoke(token)).rejects.toMatchObject(expected)
  expect(store.calls).toEqual([])
  expect(store.size()).toBe(0)
}

describe('what is no JWT at all is refused, and the store is not asked', () => {
  test.each([
    '',
    'abc',
    'a.b',
    'a.b.c',
    'a.b.c.d.e',
    '..',
    'null',
    'é.é.é',
    ' ',
    42,
    null,
    undefined,
    {},
    ['a.b.c'],
  ] as readonly unknown[])('%j', async (token) => {
    await expectRefused(world(), token as string, { problem: 'ERR_JWS_INVALID' })
  })

  test.each(['[]', 'null', '"text"', '{', ''])('a signed payload that is no JSON object: %j', async (payload) => {
    const signed = await new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(secret)
    await expectRefused(world(), signed, { problem: 'ERR_JWT_INVALID' })
  })

  test('a signed payload that is not encoded (RFC 7797)', async () => {
    const signed = await new FlattenedSign(new TextEncoder().encode('{}'))
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', b64: false, crit: ['b64'] })
      .sign(secret)
    const token = `${signed.protected}.{}.${signed.signature}`
    await expectRefused(world(), token, { problem: 'ERR_JWT_INVALID' })
  })

  test('a signed payload that is not UTF-8', async () => {
    const signed = await new CompactSign(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .sign(secret)
    await expectRefused(world(), signed, { problem: 'ERR_JWT_INVALID' })
  })
})

describe('a tampered token is refused, and the store is not asked', () => {
  test('with another signature', async () => {
    const changed = world()
    const token = tampered(await signByHand(goodClaims(changed.clock.now())))
    await expectRefused(changed, token, { problem: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  })

  test('with another payload', async () => {
    const changed = world()
    const [header, , signature] = (await signByHand(goodClaims(changed.clock.now()))).split('.')
    const [, payload] = (await signByHand(goodClaims(changed.clock.now(), { sub: 'admin' }))).split('.')
    const token = `${header}.${payload}.${signature}`
    await expectRefused(changed, token, { problem: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  })

  test('even if it was revoked: nobody learns that without the key', async () => {
    const { tokens } = world()
    const token = await tokens.issue({ sub: subject })
    await tokens.revoke(token)
    await expect(tokens.verify(tampered(token))).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' })
  })
})

describe('a well-signed token is refused for its claims, and the store is not asked', () => {
  const cases: readonly (readonly [title: string, changes: Readonly<Record<string, unknown>>, claim: string])[] = [
    ['of another issuer', { iss: 'https://evil.example' }, 'iss'],
    ['of an issuer that ours is a prefix of', { iss: 'https://login.example.evil' }, 'iss'],
    ['without iss', { iss: undefined }, 'iss'],
    ['for another audience', { aud: 'https://other.example' }, 'aud'],
    ['for other audiences', { aud: ['https://other.example', 'https://api.example/v2'] }, 'aud'],
    ['without aud', { aud: undefined }, 'aud'],
    ['without exp', { exp: undefined }, 'exp'],
  ]
  test.each(cases)('%s', async (_, changes, claim) => {
    const foreign = world()
    const token = await signByHand(goodClaims(foreign.clock.now(), changes))
    await expectRefused(foreign, token, { problem: claimFailed, claim })
  })

  test.each(['exp', 'iat', 'nbf'])('with %s as text', async (claim) => {
    const foreign = world()
    const token = await signByHand(goodClaims(foreign.clock.now(), { [claim]: '1800000000' }))
    await expectRefused(foreign, token, { problem: claimFailed, claim })
  })

  test('not yet valid, beyond the tolerance', async () => {
    const early = world()
    const nbf = Math.floor(early.clock.now() / 1_000) + toleranceSeconds + 1
    const token = await signByHand(goodClaims(early.clock.now(), { nbf }))
    await expect(early.tokens.verify(token)).rejects.toMatchObject({ problem: claimFailed, claim: 'nbf' })
    expect(early.store.calls).toEqual([])
    early.clock.advance(1_000)
    expect((await early.tokens.verify(token)).claims.nbf).toBe(nbf)
  })

  test('expired: verify refuses', async () => {
    const { tokens, clock, store } = world()
    const token = await signByHand(goodClaims(clock.now()))
    clock.advance((900 + toleranceSeconds) * 1_000)
    await expect(tokens.verify(token)).rejects.toMatchObject({
      code: 'ERR_INVALID_TOKEN',
      status: 401,
      statusCode: 401,
      problem: 'ERR_JWT_EXPIRED',
      claim: 'exp',
    })
    expect(store.calls).toEqual([])
  })

  test('expired and of another issuer: the issuer is what is wrong, for revoke too', async () => {
    const foreign = world()
    const token = await signByHand(goodClaims(foreign.clock.now(), { iss: 'https://evil.example' }))
    foreign.clock.advance((900 + toleranceSeconds) * 1_000)
    await expectRefused(foreign, token, { problem: claimFailed, claim: 'iss' })
  })

  test('expired and not yet valid: nbf is at fault', async () => {
    const { tokens, clock, store } = world()
    const iat = Math.floor(clock.now() / 1_000)
    const token = await signByHand(goodClaims(clock.now(), { exp: iat - 900, nbf: iat + 900 }))
    await expect(tokens.verify(token)).rejects.toMatchObject({ problem: claimFailed, claim: 'nbf' })
    expect(store.calls).toEqual([])
  })
})

describe('verify', () => {
  test('accepts a token whose audience is one of several', async () => {
    const { tokens, clock } = world()
    const token = await signByHand(goodClaims(clock.now(), { aud: ['https://other.example', audience] }))
    expect((await tokens.verify(token)).claims.sub).toBe(subject)
  })

  test('does not take the token of another service with the same secret', async () => {
    const { tokens, revocation, store } = world()
    const other = createAccessTokens(issuerOptions(revocation, { audience: 'https://other.example' }))
    const token = await other.issue({ sub: subject })
    const callsBefore = store.calls.length
    await expect(tokens.verify(token)).rejects.toMatchObject({ problem: claimFailed, claim: 'aud' })
    expect(store.calls).toHaveLength(callsBefore)
  })
})
