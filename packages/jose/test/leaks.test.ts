import { inspect } from 'node:util'
import { createRemoteJWKSet, decodeJwt, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAccessTokens, createRevocableTokens, type IssueClaims } from '../src/index.ts'
import {
  goodClaims,
  issuerOptions,
  partsOf,
  rejectionOf,
  secret,
  secretText,
  signByHand,
  subject,
  tampered,
  type World,
  world,
} from './support/fixtures.ts'
import { failing, serveKeys } from './support/jwks-server.ts'

/** Everything that a log may make of an error, on one line. */
function everythingOf(error: unknown): string {
  return [inspect(error, { depth: 10, showHidden: true, maxArrayLength: null }), String(error), JSON.stringify(error)]
    .join(' ')
    .replace(/\s+/g, ' ')
}

function expectNoLeak(error: unknown, token?: string): void {
  const secrets = [subject, secretText, Buffer.from(secret).toString('base64url'), secret.slice(0, 8).join(', ')]
  if (token !== undefined) {
    const { payload, signature } = partsOf(token)
    const { jti } = signature === '' ? {} : decodeJwt(token)
    secrets.push(token, ...[payload, signature, jti ?? ''].filter((part) => part !== ''))
  }
  const everything = everythingOf(error)
  for (const one of secrets) expect(everything).not.toContain(one)
}

async function expectSilent(failure: Promise<unknown>, code: string, token?: string): Promise<void> {
  const error = await rejectionOf(failure)
  expect(error).toMatchObject({ code })
  expectNoLeak(error, token)
}

test('what this file looks for would be seen in an error, its cause and its properties', () => {
  const leaky = Object.assign(new Error('x', { cause: { payload: { sub: subject } } }), { key: { secret } })
  expect(everythingOf(leaky)).toContain(subject)
  expect(everythingOf(leaky)).toContain(secret.slice(0, 8).join(', '))
})

describe('an invalid token shows up in no error', () => {
  const cases: readonly (readonly [title: string, make: (world: World) => Promise<string>])[] = [
    ['tampered', async ({ tokens }) => tampered(await tokens.issue({ sub: subject }))],
    ['of another issuer', ({ clock }) => signByHand(goodClaims(clock.now(), { iss: `${subject}-issuer` }))],
    ['of another audience', ({ clock }) => signByHand(goodClaims(clock.now(), { aud: `${subject}-audience` }))],
    ['without exp', ({ clock }) => signByHand(goodClaims(clock.now(), { exp: undefined }))],
    ['with exp as text', ({ clock }) => signByHand(goodClaims(clock.now(), { exp: subject }))],
    ['of another type', ({ clock }) => signByHand(goodClaims(clock.now()), secret, { alg: 'HS256', typ: subject })],
    ['of another algorithm', ({ clock }) => signByHand(goodClaims(clock.now()), secret, { alg: 'HS512' })],
    [
      'unsigned',
      async ({ tokens }) => {
        const token = await tokens.issue({ sub: subject })
        return token.slice(0, token.lastIndexOf('.') + 1)
      },
    ],
  ]

  test.each(cases)('%s', async (_, make) => {
    const one = world()
    const token = await make(one)
    await expectSilent(one.tokens.verify(token), 'ERR_INVALID_TOKEN', token)
    await expectSilent(one.tokens.revoke(token), 'ERR_INVALID_TOKEN', token)
  })

  test('not yet valid', async () => {
    const { tokens, clock } = world()
    const nbf = Math.floor(clock.now() / 1_000) + 600
    const token = await signByHand(goodClaims(clock.now(), { nbf }))
    await expectSilent(tokens.verify(token), 'ERR_INVALID_TOKEN', token)
  })

  test('expired', async () => {
    const { tokens, clock } = world()
    const token = await tokens.issue({ sub: subject })
    clock.advance(86_400_000)
    await expectSilent(tokens.verify(token), 'ERR_INVALID_TOKEN', token)
  })

  test('malformed, with the subject in the clear', async () => {
    const { tokens } = world()
    for (const token of [subject, `${subject}.${subject}.${subject}`]) {
      const error = await rejectionOf(tokens.verify(token))
      expect(error).toMatchObject({ code: 'ERR_INVALID_TOKEN' })
      expectNoLeak(error)
    }
  })
})

describe('a valid token shows up in no error', () => {
  test('of a revocation', async () => {
    const { tokens } = world()
    const token = await tokens.issue({ sub: subject, sid: `${subject}-session` })
    await tokens.revoke(token, { reason: 'logout' })
    await expectSilent(tokens.verify(token), 'ERR_TOKEN_REVOKED', token)
  })

  test('of a store that is down', async () => {
    const { tokens, store } = world()
    const token = await tokens.issue({ sub: subject })
    store.goDown()
    await expectSilent(tokens.verify(token), 'ERR_REVOCATION_UNAVAILABLE', token)
    await expectSilent(tokens.revoke(token), 'ERR_REVOCATION_UNAVAILABLE', token)
    await expectSilent(tokens.issue({ sub: subject }), 'ERR_REVOCATION_UNAVAILABLE')
  })

  test('of claims that cannot be used', async () => {
    const { tokens, clock } = world()
    const cases = [
      ['ERR_INVALID_CLAIMS', { sub: `${subject}\ud800` }],
      ['ERR_INVALID_CLAIMS', { sub: [subject] }],
      ['ERR_INVALID_CLAIMS', { sid: { name: subject } }],
      ['ERR_TOKEN_LIFETIME', { exp: Math.floor(clock.now() / 1_000) + 864_000 }],
    ] as const
    for (const [code, changes] of cases) {
      const token = await signByHand(goodClaims(clock.now(), changes))
      await expectSilent(tokens.verify(token), code, token)
    }
  })

  test('of a token without jti that is to be revoked', async () => {
    const { tokens, clock } = world()
    const token = await signByHand(goodClaims(clock.now(), { jti: undefined }))
    await expectSilent(tokens.revoke(token), 'ERR_UNIDENTIFIABLE_TOKEN', token)
  })

  test('of keys that cannot be fetched', async () => {
    const { tokens, revocation } = world()
    const { url, close } = await serveKeys(failing(500))
    const options = issuerOptions(revocation, { algorithms: ['ES256'] })
    const verifier = createRevocableTokens({ ...options, keys: { publicKey: createRemoteJWKSet(url) } })
    const { privateKey } = await generateKeyPair('ES256')
    const claims = decodeJwt(await tokens.issue({ sub: subject }))
    const token = await signByHand(claims, privateKey, { alg: 'ES256', kid: 'one' })
    await expectSilent(verifier.verify(token), 'ERR_KEYS_UNAVAILABLE', token)
    await close()
    await expectSilent(verifier.verify(token), 'ERR_KEYS_UNAVAILABLE', token)
  })

  test('of keys that do not go with the algorithm', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const { publicKey } = await generateKeyPair('EdDSA')
    const { tokens } = world({ tokens: { algorithms: ['ES256'], keys: { privateKey, publicKey } } })
    const token = await tokens.issue({ sub: subject })
    const error = await rejectionOf(tokens.verify(token))
    expect(error).toMatchObject({ problem: 'ERR_KEY_UNSUITABLE' })
    expectNoLeak(error, token)
  })
})

describe('neither subject nor secret shows up', () => {
  test('if issue refuses', async () => {
    const { tokens, revocation } = world()
    for (const sub of [`${subject}\ud800`, subject.repeat(100)]) expectNoLeak(await rejectionOf(tokens.issue({ sub })))
    const withJti = { sub: subject, jti: subject } as unknown as IssueClaims
    expectNoLeak(await rejectionOf(tokens.issue(withJti)))
    await revocation.revoke({ session: subject })
    await expectSilent(tokens.issue({ sub: subject, sid: subject }), 'ERR_TOKEN_REVOKED')
  })

  test('if createAccessTokens refuses the keys', async () => {
    const { revocation } = world()
    for (const [algorithms, keys] of [
      [['RS256'], { secret }],
      [['HS512'], { secret: secret.slice(0, 40) }],
      [['none'], { secret }],
    ] as const) {
      const creation = (async () => createAccessTokens(issuerOptions(revocation, { algorithms, keys })))()
      expectNoLeak(await rejectionOf(creation))
    }
  })
})
