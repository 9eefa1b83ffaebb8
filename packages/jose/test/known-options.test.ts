import { createSecretKey } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  type AccessTokens,
  createAccessTokens,
  createLogoutTokens,
  createRevocableTokens,
  createTokenPairs,
  type RevocableTokens,
  type TokenPairs,
} from '../src/index.ts'
import { issuerOptions, rejectionOf, secret, world } from './support/fixtures.ts'
import { alice, sessionWorld } from './support/refresh-fixtures.ts'

const { lifetime: _, ...verifying } = { ...issuerOptions(world().revocation), lifetime: undefined }
const refresh = { lifetime: '1h' } as const

/** Calls a factory as plain JavaScript does, without types. */
function create(factory: (options: never) => unknown, options: unknown): () => unknown {
  return () => (factory as (options: unknown) => unknown)(options)
}

describe('each factory has one shape', () => {
  const revocable = ['endSession', 'inspect', 'redeem', 'revoke', 'verify']

  test('createRevocableTokens verifies and revokes', () => {
    const tokens = createRevocableTokens(verifying)
    expectTypeOf(tokens).toEqualTypeOf<RevocableTokens>()
    expect(Object.keys(tokens).sort()).toEqual(revocable)
  })

  test('createAccessTokens issues as well', () => {
    const tokens = createAccessTokens(verifying)
    expectTypeOf(tokens).toEqualTypeOf<AccessTokens>()
    expect(Object.keys(tokens).sort()).toEqual([...revocable, 'issue'].sort())
  })

  test('createTokenPairs issues and rotates pairs as well', () => {
    const tokens = createTokenPairs({ ...verifying, refresh })
    expectTypeOf(tokens).toEqualTypeOf<TokenPairs>()
    expect(Object.keys(tokens).sort()).toEqual([...revocable, 'issue', 'issuePair', 'rotate', 'verifyRefresh'].sort())
  })
})

describe('options of another factory are refused by name', () => {
  test.each([
    ['refresh', createAccessTokens, { refresh }, /^refresh is an option of createTokenPairs/],
    ['refresh', createRevocableTokens, { refresh }, /^refresh is an option of createTokenPairs/],
    ['lifetime', createRevocableTokens, { lifetime: '15m' }, /^lifetime is an option of createAccessTokens/],
    ['refresh', createLogoutTokens, { refresh }, /^refresh is an option of createTokenPairs/],
  ])('%s', (_name, factory, changes, message) => {
    expect(create(factory, { ...verifying, ...changes })).toThrow(message)
    expect(create(factory, { ...verifying, ...changes })).toThrow(TypeError)
  })

  test('createTokenPairs without refresh names refresh and createAccessTokens', () => {
    expect(create(createTokenPairs, verifying)).toThrow(/^refresh is missing.*createAccessTokens/)
    expect(create(createTokenPairs, { ...verifying, refresh: undefined })).toThrow(TypeError)
  })

  test('issuing factories without a signing key name what is missing', async () => {
    const { publicKey } = await generateKeyPair('EdDSA')
    const options = { ...verifying, algorithms: ['EdDSA'], keys: { publicKey } }
    expect(create(createAccessTokens, options)).toThrow(/privateKey.*createRevocableTokens/)
    expect(create(createTokenPairs, { ...options, refresh })).toThrow(/privateKey.*createRevocableTokens/)
  })
})

describe('unknown options are refused by name', () => {
  test.each([
    ['maxAge', createRevocableTokens, { maxAge: 1 }],
    ['expiresIn', createAccessTokens, { expiresIn: '15m' }],
    ['clockTolerance', createTokenPairs, { refresh, clockTolerance: 5 }],
    ['refresh.gracePeriod', createTokenPairs, { refresh: { ...refresh, gracePeriod: '10s' } }],
    ['constructor', createAccessTokens, { constructor: 1 }],
  ])('%s', (name, factory, changes) => {
    expect(create(factory, { ...verifying, ...changes })).toThrow(`${name} is not an option`)
    expect(create(factory, { ...verifying, ...changes })).toThrow(TypeError)
  })

  test.each([undefined, null, 'HS256'])('and so are no options at all: %j', (options) => {
    for (const factory of [createRevocableTokens, createAccessTokens, createTokenPairs, createLogoutTokens])
      expect(create(factory, options)).toThrow(/^options must be an object/)
  })

  test.each([true, '30d', null])('and so is a refresh that is no object: %j', (wrong) => {
    expect(create(createTokenPairs, { ...verifying, refresh: wrong })).toThrow(/^refresh must be an object/)
  })

  test('an option that is undefined counts as left out', () => {
    expect(create(createAccessTokens, { ...verifying, refresh: undefined, whatever: undefined })).not.toThrow()
  })

  test.each([
    [{ renewal: () => alice }, /^renewal is not an option/],
    [{ renew: alice }, /^renew must be a function/],
    [() => alice, /^options must be an object/],
    [null, /^options must be an object/],
  ])('of rotate, which leaves the token as it is', async (options, message) => {
    const { tokens } = sessionWorld()
    const { refreshToken } = await tokens.issuePair(alice)
    const error = await rejectionOf(tokens.rotate(refreshToken, options as object))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ message: expect.stringMatching(message) })
    await tokens.rotate(refreshToken)
  })
})

describe('a secret that is no secret', () => {
  const text = 'a string of more than thirty-two characters'

  test.each([
    ['a string', text, /new TextEncoder\(\)\.encode\(secret\)/],
    ['an array of bytes', [...secret], /Uint8Array\.from\(secret\)/],
    ['an ArrayBuffer', secret.buffer, /new Uint8Array\(secret\)/],
    ['a Buffer that went through JSON', Buffer.from(text).toJSON(), /must be a Uint8Array/],
    ['nothing', undefined, /must be a Uint8Array/],
    ['null', null, /must be a Uint8Array/],
  ])('as %s is refused with the way to encode it', (_title, wrong, message) => {
    const options = { ...verifying, keys: { secret: wrong } }
    expect(create(createAccessTokens, options)).toThrow(message)
    expect(create(createAccessTokens, options)).toThrow(TypeError)
    expect(create(createAccessTokens, options)).not.toThrow(text)
  })

  test('is not a KeyObject, a CryptoKey or a JWK', async () => {
    const keyObject = createSecretKey(secret)
    const cryptoKey = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    for (const good of [keyObject, cryptoKey, await exportJWK(keyObject), Buffer.from(secret)])
      expect(create(createAccessTokens, { ...verifying, keys: { secret: good } })).not.toThrow()
  })
})
