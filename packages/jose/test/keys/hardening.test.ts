import { createSecretKey } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAccessTokens, InvalidTokenError, type IssueClaims } from '../../src/index.ts'
import { issuerOptions, secret, subject, world } from '../support/fixtures.ts'

const short = Buffer.from('short')

describe('an algorithm that is accepted, but not the key\u2019s', () => {
  test('is refused with 401: the token chose it, and anybody can write a token', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const { tokens } = world({ tokens: { algorithms: ['ES256', 'ES384'], keys: { publicKey, privateKey } } })
    const unsigned = `${Buffer.from('{"alg":"ES384"}').toString('base64url')}.e30.`
    const refusal = { code: 'ERR_INVALID_TOKEN', problem: 'ERR_KEY_UNSUITABLE', status: 401 }
    await expect(tokens.verify(unsigned)).rejects.toMatchObject(refusal)
    await expect(tokens.revoke(unsigned)).rejects.toMatchObject(refusal)
  })
})

describe('a short secret is refused', () => {
  test.each([
    ['as bytes', () => short],
    ['as a KeyObject', () => createSecretKey(short)],
    ['as a JWK', async () => await exportJWK(createSecretKey(short))],
    ['as a CryptoKey', () => crypto.subtle.importKey('raw', short, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])],
  ])('%s', async (_, make) => {
    const keys = { secret: await make() }
    const { revocation } = world()
    expect(() => createAccessTokens(issuerOptions(revocation, { keys }))).toThrow(RangeError)
  })
})

describe('algorithms', () => {
  test('are copied: what is added to the array later is not accepted', async () => {
    const algorithms = ['HS256']
    const { tokens } = world({ tokens: { algorithms } })
    algorithms.push('HS512')
    const other = world({ tokens: { algorithms: ['HS512'], keys: { secret } } })
    const token = await other.tokens.issue({ sub: subject })
    await expect(tokens.verify(token)).rejects.toMatchObject({ problem: 'ERR_JOSE_ALG_NOT_ALLOWED' })
  })

  test.each([undefined, 'HS256', [], ['HSfoo'], ['HS999'], ['hs256']])('%j are refused at once', (algorithms) => {
    const { revocation } = world()
    const options = { ...issuerOptions(revocation), algorithms: algorithms as readonly string[] }
    expect(() => createAccessTokens(options)).toThrow(TypeError)
  })
})

test.each([
  ['keys', { keys: undefined }],
  ['keys', { keys: {} }],
  ['secret', { keys: { secret: undefined } }],
  ['secret', { keys: { secret: 'a string of more than thirty-two characters' } }],
  ['revocation', { revocation: undefined }],
])('wrong %s are refused at once, by name', (name, wrong) => {
  const { revocation } = world()
  const options = { ...issuerOptions(revocation), ...(wrong as object) }
  expect(() => createAccessTokens(options)).toThrow(new RegExp(`^(The )?${name}`))
  expect(() => createAccessTokens(options)).toThrow(TypeError)
})

test.each([{}, { sub: undefined }])('issue refuses claims without a subject: %j', async (claims) => {
  const { tokens } = world()
  await expect(tokens.issue(claims as unknown as IssueClaims)).rejects.toThrow(TypeError)
})

test('an error has only the fields that it has something to say in', () => {
  expect(new InvalidTokenError('ERR_JWS_INVALID')).not.toHaveProperty('claim')
})
