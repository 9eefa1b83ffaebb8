import { generateKeyPairSync } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  createAccessTokens,
  createRevocableTokens,
  type RevocableTokenOptions,
  type RevocableTokens,
} from '../../src/index.ts'
import { readKeys } from '../../src/keys/keys.ts'
import { issuerOptions, secret, subject, tampered, world } from '../support/fixtures.ts'

const invalidSignature = { code: 'ERR_INVALID_TOKEN', problem: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' }

describe('a secret', () => {
  test.each(['HS256', 'HS384', 'HS512'])('signs and verifies %s', async (algorithm) => {
    const { tokens } = world({ tokens: { algorithms: [algorithm] } })
    const token = await tokens.issue({ sub: subject })
    expect((await tokens.verify(token)).claims.sub).toBe(subject)
    await expect(tokens.verify(tampered(token))).rejects.toMatchObject(invalidSignature)
  })

  test('does not verify what another secret of the same length signed', async () => {
    const { tokens, revocation } = world()
    const stranger = createAccessTokens(issuerOptions(revocation, { keys: { secret: secret.toReversed() } }))
    const token = await stranger.issue({ sub: subject })
    await expect(tokens.verify(token)).rejects.toMatchObject(invalidSignature)
  })

  test.each([
    [['HS256'], 32],
    [['HS384'], 48],
    [['HS512'], 64],
    [['HS256', 'HS512'], 64],
  ])('for %j must have %i bytes', (algorithms, bytes) => {
    expect(() => readKeys({ secret: new Uint8Array(bytes - 1) }, algorithms)).toThrow(RangeError)
    expect(readKeys({ secret: new Uint8Array(bytes) }, algorithms).signing?.algorithm).toBe(algorithms[0])
  })

  test('goes with no algorithm of key pairs, and not with none', () => {
    for (const algorithms of [['RS256'], ['HS256', 'RS256'], ['ES256', 'HS256'], ['none'], ['HS256', 'none']])
      expect(() => readKeys({ secret }, algorithms), `${algorithms}`).toThrow(TypeError)
  })
})

describe('a key pair', () => {
  test.each(['ES256', 'RS256', 'EdDSA'])('signs and verifies %s', async (algorithm) => {
    const keys = await generateKeyPair(algorithm, { modulusLength: 2_048 })
    const { tokens } = world({ tokens: { algorithms: [algorithm], keys } })
    const token = await tokens.issue({ sub: subject })
    expect((await tokens.verify(token)).claims.sub).toBe(subject)
    await expect(tokens.verify(tampered(token))).rejects.toMatchObject(invalidSignature)
  })

  test('may be of KeyObjects, as node:crypto makes them', async () => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { tokens } = world({ tokens: { algorithms: ['ES256'], keys } })
    expect((await tokens.verify(await tokens.issue({ sub: subject }))).claims.sub).toBe(subject)
  })

  test('may be of JWKs', async () => {
    const pair = await generateKeyPair('ES256', { extractable: true })
    const keys = { privateKey: await exportJWK(pair.privateKey), publicKey: await exportJWK(pair.publicKey) }
    const { tokens } = world({ tokens: { algorithms: ['ES256'], keys } })
    expect((await tokens.verify(await tokens.issue({ sub: subject }))).claims.sub).toBe(subject)
  })

  test('does not verify what another key signed', async () => {
    const { revocation } = world()
    const [ours, theirs] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
    const tokens = createAccessTokens(issuerOptions(revocation, { algorithms: ['ES256'], keys: ours }))
    const stranger = createAccessTokens(issuerOptions(revocation, { algorithms: ['ES256'], keys: theirs }))
    await expect(tokens.verify(await stranger.issue({ sub: subject }))).rejects.toMatchObject(invalidSignature)
  })

  test('goes with no algorithm of secrets, and not with none', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    for (const algorithms of [['HS256'], ['ES256', 'HS256'], ['HS512', 'RS256'], ['none'], ['ES256', 'none']]) {
      expect(() => readKeys({ privateKey, publicKey }, algorithms), `${algorithms}`).toThrow(TypeError)
      expect(() => readKeys({ publicKey }, algorithms), `${algorithms}`).toThrow(TypeError)
    }
  })

  test('of another kind than the algorithm refuses every token, and causes no 500', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const { tokens } = world({ tokens: { algorithms: ['ES256'], keys: { publicKey, privateKey } } })
    const token = await tokens.issue({ sub: subject })
    const { publicKey: edwards } = await generateKeyPair('EdDSA')
    const wrong = world({ tokens: { algorithms: ['ES256'], keys: { publicKey: edwards, privateKey } } })
    await expect(wrong.tokens.verify(token)).rejects.toMatchObject({ problem: 'ERR_KEY_UNSUITABLE', status: 401 })
  })
})

describe('the public key alone', () => {
  test('verifies and revokes, and cannot issue', async () => {
    const keys = await generateKeyPair('ES256')
    const { tokens, revocation } = world({ tokens: { algorithms: ['ES256'], keys } })
    const { publicKey } = keys
    const verifier = createRevocableTokens({
      ...issuerOptions(revocation, { algorithms: ['ES256'] }),
      keys: { publicKey },
    })
    expectTypeOf(verifier).toEqualTypeOf<RevocableTokens>()
    expectTypeOf(verifier).not.toHaveProperty('issue')
    expect(Object.keys(verifier).sort()).toEqual(['endSession', 'inspect', 'redeem', 'revoke', 'verify'])

    const token = await tokens.issue({ sub: subject })
    expect((await verifier.verify(token)).claims.sub).toBe(subject)
    expect(await verifier.revoke(token)).toMatchObject({ changed: true })
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })
})

test('keys without a secret and without a public key are refused', () => {
  const { revocation } = world()
  const options = issuerOptions(revocation, { algorithms: ['ES256'] })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  for (const keys of [{}, { privateKey }, undefined] as readonly unknown[]) {
    expect(() => createRevocableTokens({ ...options, keys } as RevocableTokenOptions)).toThrow(TypeError)
  }
})

test('no algorithm at all is refused, whatever the keys', async () => {
  const { publicKey } = await generateKeyPair('ES256')
  expect(() => readKeys({ secret }, [])).toThrow(TypeError)
  expect(() => readKeys({ publicKey }, [])).toThrow(TypeError)
})
