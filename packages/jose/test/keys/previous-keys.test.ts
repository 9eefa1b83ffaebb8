import { createLocalJWKSet, exportJWK, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { type AccessTokenOptions, createAccessTokens, createRevocableTokens } from '../../src/index.ts'
import { issuerOptions, secret, signByHand, subject, tampered, world } from '../support/fixtures.ts'

const badSignature = { code: 'ERR_INVALID_TOKEN', problem: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' }

function secretOf(seed: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => (index * 7 + seed) % 256)
}

describe('previousSecrets', () => {
  test('still verify, and only the current secret signs', async () => {
    const { revocation } = world()
    const tokensOf = (keys: AccessTokenOptions['keys']) => createAccessTokens(issuerOptions(revocation, { keys }))
    const [first, second, third] = [1, 2, 3].map(secretOf) as [Uint8Array, Uint8Array, Uint8Array]
    const rotated = tokensOf({ secret: third, previousSecrets: [second, first] })
    for (const secret of [first, second, third])
      expect((await rotated.verify(await tokensOf({ secret }).issue({ sub: subject }))).claims.sub).toBe(subject)
    const issued = await rotated.issue({ sub: subject })
    await tokensOf({ secret: third }).verify(issued)
    await expect(tokensOf({ secret: second }).verify(issued)).rejects.toMatchObject(badSignature)
  })

  test('verify no other secret, no tampered token, and no algorithm that is not accepted', async () => {
    const { revocation, tokens: stranger } = world()
    const keys = { secret: secretOf(2), previousSecrets: [secretOf(1)] }
    const tokens = createAccessTokens(issuerOptions(revocation, { keys }))
    const old = createAccessTokens(issuerOptions(revocation, { keys: { secret: secretOf(1) } }))
    const token = await old.issue({ sub: subject })
    await expect(tokens.verify(await stranger.issue({ sub: subject }))).rejects.toMatchObject(badSignature)
    await expect(tokens.verify(tampered(token))).rejects.toMatchObject(badSignature)
    await expect(tokens.verify('a.b.c')).rejects.toMatchObject({ problem: 'ERR_JWS_INVALID' })
    const other = await signByHand({}, secretOf(1), { alg: 'HS512' })
    await expect(tokens.verify(other)).rejects.toMatchObject({ problem: 'ERR_JOSE_ALG_NOT_ALLOWED' })
  })

  test('revoke and end sessions', async () => {
    const { revocation } = world()
    const tokens = createAccessTokens(issuerOptions(revocation, { keys: { secret, previousSecrets: [secretOf(1)] } }))
    const old = createAccessTokens(issuerOptions(revocation, { keys: { secret: secretOf(1) } }))
    const token = await old.issue({ sub: subject, sid: 'a' })
    await tokens.endSession(token)
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sid' })
  })

  test.each([
    ['a secret that is not in an array', secretOf(1), /previousSecrets must be an array/],
    ['text', ['S3CRET-text'], /previousSecrets\[0\] must be a Uint8Array.*not a string/],
    ['a secret from an unset variable', [new Uint8Array()], /previousSecrets\[0\] has 0 of at least 32 bytes/],
    ['a short secret', [secretOf(1), new Uint8Array(31)], /previousSecrets\[1\] has 31 of at least 32 bytes/],
  ])('throw at set-up for %s', (_, previousSecrets, message) => {
    const { revocation } = world()
    const keys = { secret, previousSecrets } as unknown as AccessTokenOptions['keys']
    expect(() => createAccessTokens(issuerOptions(revocation, { keys }))).toThrow(message)
  })
})

describe('previousPublicKeys', () => {
  test('still verify, of another kind of key, too', async () => {
    const { revocation } = world()
    const [old, current] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('EdDSA')])
    const oldTokens = createAccessTokens(issuerOptions(revocation, { algorithms: ['ES256'], keys: old }))
    const algorithms = ['EdDSA', 'ES256']
    const tokens = createAccessTokens(
      issuerOptions(revocation, { algorithms, keys: { ...current, previousPublicKeys: [old.publicKey] } }),
    )
    for (const issuer of [oldTokens, tokens]) await tokens.verify(await issuer.issue({ sub: subject }))
    const stranger = await generateKeyPair('ES256')
    const forged = createAccessTokens(issuerOptions(revocation, { algorithms: ['ES256'], keys: stranger }))
    await expect(tokens.verify(await forged.issue({ sub: subject }))).rejects.toMatchObject({ status: 401 })
  })

  test('still verify if they are JWKs of another kind or curve', async () => {
    const { revocation } = world()
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    for (const algorithm of ['RS256', 'EdDSA', 'ES384']) {
      const old = await generateKeyPair(algorithm, { extractable: true })
      const token = await createAccessTokens(issuerOptions(revocation, { algorithms: [algorithm], keys: old })).issue({
        sub: subject,
      })
      const keys = {
        publicKey: await exportJWK(publicKey),
        previousPublicKeys: [await exportJWK(publicKey), await exportJWK(old.publicKey)],
      }
      const options = { ...issuerOptions(revocation), algorithms: ['ES256', algorithm] }
      expect((await createRevocableTokens({ ...options, keys }).verify(token)).claims.sub).toBe(subject)
    }
  })

  test('throw at set-up beside a key set, and if they are no array', async () => {
    const { revocation } = world()
    const { publicKey } = await generateKeyPair('ES256')
    const options = { ...issuerOptions(revocation), algorithms: ['ES256'] }
    const set = { publicKey: createLocalJWKSet({ keys: [] }), previousPublicKeys: [publicKey] }
    expect(() => createRevocableTokens({ ...options, keys: set })).toThrow(/leave the previous keys in the set/)
    const single = { publicKey, previousPublicKeys: publicKey as unknown as [] }
    expect(() => createRevocableTokens({ ...options, keys: single })).toThrow(/must be an array/)
  })
})

describe('what is no public key throws at set-up', () => {
  test.each([
    ['PEM', '-----BEGIN PUBLIC KEY-----', /publicKey must be .*importSPKI/],
    ['null', null, /publicKey must be/],
    ['bytes', secret, /publicKey must be/],
  ])('%s', async (_, wrong, message) => {
    const { revocation } = world()
    const { publicKey } = await generateKeyPair('ES256')
    const create = (keys: object) => () =>
      createRevocableTokens({ ...issuerOptions(revocation), algorithms: ['ES256'], keys: keys as { publicKey: never } })
    expect(create({ publicKey: wrong })).toThrow(message)
    expect(create({ publicKey, previousPublicKeys: [wrong] })).toThrow(/previousPublicKeys\[0\] must be/)
  })

  test('a private key that is undefined', async () => {
    const { revocation } = world()
    const { publicKey } = await generateKeyPair('ES256')
    const keys = { publicKey, privateKey: undefined } as unknown as AccessTokenOptions['keys']
    expect(() => createAccessTokens(issuerOptions(revocation, { algorithms: ['ES256'], keys }))).toThrow(TypeError)
  })
})

describe('keys under a name that is not known throw at set-up', () => {
  test.each([
    ['a misspelt previousSecrets', { secret, previousSecret: [secret] }, /keys\.previousSecret is not an option/],
    ['a secret and a public key', { secret, publicKey: secret }, /keys\.publicKey is not an option/],
    ['a misspelt keyId', { publicKey: secret, keyID: 'one' }, /keys\.keyID is not an option/],
  ])('%s', (_, keys, message) => {
    const { revocation } = world()
    const options = issuerOptions(revocation, { keys: keys as unknown as AccessTokenOptions['keys'] })
    expect(() => createAccessTokens(options)).toThrow(message)
  })
})
