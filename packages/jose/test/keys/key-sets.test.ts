import {
  createLocalJWKSet,
  createRemoteJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type AccessTokens,
  createAccessTokens,
  createRevocableTokens,
  type KeyPair,
  type RevocableTokens,
} from '../../src/index.ts'
import { goodClaims, issuerOptions, signByHand, subject, world } from '../support/fixtures.ts'
import { answering, failing, serveKeys } from '../support/jwks-server.ts'

const algorithms = ['ES256']
const unavailable = { name: 'KeysUnavailableError', code: 'ERR_KEYS_UNAVAILABLE', status: 503, statusCode: 503 }
const unknownKey = { code: 'ERR_INVALID_TOKEN', problem: 'ERR_JWKS_NO_MATCHING_KEY', status: 401, statusCode: 401 }

const { revocation, store, clock } = world()
let oldPair: Pick<KeyPair, 'privateKey' | 'publicKey'>
let newPair: Pick<KeyPair, 'privateKey' | 'publicKey'>
let oldSet: JSONWebKeySet
let bothSet: JSONWebKeySet
let newSet: JSONWebKeySet

beforeAll(async () => {
  const pairs = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
  ;[oldPair, newPair] = pairs
  const oldKey = { ...(await exportJWK(pairs[0].publicKey)), kid: 'old' }
  const newKey = { ...(await exportJWK(pairs[1].publicKey)), kid: 'new' }
  oldSet = { keys: [oldKey] }
  bothSet = { keys: [newKey, oldKey] }
  newSet = { keys: [newKey] }
})

function issuerOf(pair: Pick<KeyPair, 'privateKey' | 'publicKey'>, keyId: string): AccessTokens {
  return createAccessTokens(issuerOptions(revocation, { algorithms, keys: { ...pair, keyId } }))
}

function verifierOf(publicKey: JWTVerifyGetKey): RevocableTokens {
  return createRevocableTokens({ ...issuerOptions(revocation, { algorithms }), keys: { publicKey } })
}

describe('a local key set', () => {
  test('is what an issuer verifies with, too', async () => {
    const keys = { privateKey: newPair.privateKey, publicKey: createLocalJWKSet(bothSet), keyId: 'new' }
    const tokens = createAccessTokens(issuerOptions(revocation, { algorithms, keys }))
    expect((await tokens.verify(await tokens.issue({ sub: subject }))).claims.sub).toBe(subject)
  })

  test('verifies tokens of the retired key for as long as it is in the set', async () => {
    const tokens = [
      await issuerOf(oldPair, 'old').issue({ sub: 'a' }),
      await issuerOf(newPair, 'new').issue({ sub: 'b' }),
    ]
    const verified = await Promise.all(tokens.map((token) => verifierOf(createLocalJWKSet(bothSet)).verify(token)))
    expect(verified.map(({ claims }) => claims.sub)).toEqual(['a', 'b'])
  })

  test('refuses tokens of a key that has left the set', async () => {
    const token = await issuerOf(oldPair, 'old').issue({ sub: subject })
    await expect(verifierOf(createLocalJWKSet(newSet)).verify(token)).rejects.toMatchObject(unknownKey)
  })

  test('refuses a kid that belongs to another key', async () => {
    const token = await issuerOf(oldPair, 'new').issue({ sub: subject })
    await expect(verifierOf(createLocalJWKSet(bothSet)).verify(token)).rejects.toMatchObject({
      code: 'ERR_INVALID_TOKEN',
      problem: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    })
  })

  test('refuses a token without kid if two keys would do', async () => {
    const token = await signByHand(goodClaims(clock.now()), newPair.privateKey, { alg: 'ES256' })
    await expect(verifierOf(createLocalJWKSet(bothSet)).verify(token)).rejects.toMatchObject({
      code: 'ERR_INVALID_TOKEN',
      problem: 'ERR_JWKS_MULTIPLE_MATCHING_KEYS',
    })
  })
})

describe('a remote key set', () => {
  test('verifies and revokes', async () => {
    const { url } = await serveKeys(answering(bothSet))
    const verifier = verifierOf(createRemoteJWKSet(url))
    const token = await issuerOf(oldPair, 'old').issue({ sub: subject })
    expect((await verifier.verify(token)).claims.sub).toBe(subject)
    expect(await verifier.revoke(token)).toMatchObject({ changed: true })
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  test('refuses a kid that it does not hold with 401: the token is at fault', async () => {
    const { url } = await serveKeys(answering(bothSet))
    const token = await issuerOf(newPair, 'elsewhere').issue({ sub: subject })
    await expect(verifierOf(createRemoteJWKSet(url)).verify(token)).rejects.toMatchObject(unknownKey)
    await expect(verifierOf(createRemoteJWKSet(url)).revoke(token)).rejects.toMatchObject(unknownKey)
  })

  test.each([
    ['answers 500', failing(500)],
    ['answers 404', failing(404)],
    ['answers something that is no key set', answering({ keys: 'none' })],
  ])('of a server that %s is a 503, for verify and for revoke', async (_, respond) => {
    const { url } = await serveKeys(respond)
    const verifier = verifierOf(createRemoteJWKSet(url))
    const token = await issuerOf(newPair, 'new').issue({ sub: subject })
    const callsBefore = store.calls.length
    await expect(verifier.verify(token)).rejects.toMatchObject({ ...unavailable, cause: expect.any(Error) })
    await expect(verifier.revoke(token)).rejects.toMatchObject(unavailable)
    expect(store.calls).toHaveLength(callsBefore)
  })

  test('of a server that is gone is a 503', async () => {
    const { url, close } = await serveKeys(failing(500))
    await close()
    const token = await issuerOf(newPair, 'new').issue({ sub: subject })
    await expect(verifierOf(createRemoteJWKSet(url)).verify(token)).rejects.toMatchObject(unavailable)
  })

  test('is asked again once the server is back', async () => {
    let respond = failing(500)
    const { url } = await serveKeys((request, response) => respond(request, response))
    const verifier = verifierOf(createRemoteJWKSet(url))
    const token = await issuerOf(newPair, 'new').issue({ sub: subject })
    await expect(verifier.verify(token)).rejects.toMatchObject(unavailable)
    respond = answering(newSet)
    expect((await verifier.verify(token)).claims.sub).toBe(subject)
  })

  test('that was fetched goes on verifying through an outage, and a kid that is new to it is a 503', async () => {
    let respond = answering(oldSet)
    const { url } = await serveKeys((request, response) => respond(request, response))
    const verifier = verifierOf(createRemoteJWKSet(url, { cooldownDuration: 0 }))
    const known = await issuerOf(oldPair, 'old').issue({ sub: subject })
    const rotated = await issuerOf(newPair, 'new').issue({ sub: subject })
    await verifier.verify(known)
    respond = failing(500)
    expect((await verifier.verify(known)).claims.sub).toBe(subject)
    await expect(verifier.verify(rotated)).rejects.toMatchObject(unavailable)
    respond = answering(bothSet)
    expect((await verifier.verify(rotated)).claims.sub).toBe(subject)
  })
})
