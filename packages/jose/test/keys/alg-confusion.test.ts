import { generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, decodeProtectedHeader, exportJWK, exportSPKI, generateKeyPair, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAccessTokens } from '../../src/index.ts'
import {
  goodClaims,
  issuerOptions,
  partsOf,
  secret,
  signByHand,
  subject,
  type World,
  world,
} from '../support/fixtures.ts'
import { answering, serveKeys } from '../support/jwks-server.ts'

const notAllowed = { code: 'ERR_INVALID_TOKEN', problem: 'ERR_JOSE_ALG_NOT_ALLOWED', status: 401, statusCode: 401 }

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function expectRefused({ tokens, store }: World, token: string): Promise<void> {
  await expect(tokens.verify(token)).rejects.toMatchObject(notAllowed)
  await expect(tokens.revoke(token)).rejects.toMatchObject(notAllowed)
  expect(store.calls).toEqual([])
}

describe('the public key as the secret of an HS256 token', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()

  test.each([
    ['PEM', Buffer.from(pem)],
    ['PEM without its last newline', Buffer.from(pem.trimEnd())],
    ['DER', publicKey.export({ type: 'spki', format: 'der' })],
    ['a JWK', Buffer.from(JSON.stringify(publicKey.export({ format: 'jwk' })))],
  ])('is refused as %s', async (_, key) => {
    const rs256 = world({ tokens: { algorithms: ['RS256'], keys: { publicKey, privateKey } } })
    await expectRefused(rs256, await signByHand(goodClaims(rs256.clock.now()), new Uint8Array(key)))
  })

  test('is refused of an ES256 key, and by a key set', async () => {
    const pair = await generateKeyPair('ES256', { extractable: true })
    const spki = new TextEncoder().encode(await exportSPKI(pair.publicKey))
    const set = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one' }] })
    for (const publicKey of [pair.publicKey, set]) {
      const es256 = world({ tokens: { algorithms: ['ES256'], keys: { privateKey: pair.privateKey, publicKey } } })
      const token = await signByHand(goodClaims(es256.clock.now()), spki, { alg: 'HS256', kid: 'one' })
      await expectRefused(es256, token)
    }
  })
})

describe('a token without a signature', () => {
  test.each(['none', 'None', 'NONE', 'nOnE'])('is refused with alg %s', async (alg) => {
    const hs256 = world()
    await expectRefused(hs256, `${encoded({ alg, typ: 'JWT' })}.${encoded(goodClaims(hs256.clock.now()))}.`)
  })

  test('is refused as jose makes it', async () => {
    const hs256 = world()
    await expectRefused(hs256, new UnsecuredJWT(goodClaims(hs256.clock.now())).encode())
  })

  test('is refused if it keeps the signature of another token', async () => {
    const hs256 = world()
    const { payload, signature } = partsOf(await signByHand(goodClaims(hs256.clock.now())))
    await expectRefused(hs256, `${encoded({ alg: 'none' })}.${payload}.${signature}`)
  })

  test('is refused with alg HS256 and an empty signature', async () => {
    const { tokens, clock, store } = world()
    const token = `${encoded({ alg: 'HS256' })}.${encoded(goodClaims(clock.now()))}.`
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' })
    expect(store.calls).toEqual([])
  })
})

describe('an algorithm that is not named', () => {
  test.each(['HS384', 'HS512'])('is refused though the secret would do: %s', async (alg) => {
    const hs256 = world()
    await expectRefused(hs256, await signByHand(goodClaims(hs256.clock.now()), secret, { alg }))
  })

  test.each(['RS384', 'PS256'])('is refused though the key pair would do: %s', async (alg) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const rs256 = world({ tokens: { algorithms: ['RS256'], keys: { publicKey, privateKey } } })
    await expectRefused(rs256, await signByHand(goodClaims(rs256.clock.now()), privateKey, { alg }))
  })

  test('is refused with a header that brings its own key', async () => {
    const theirs = await generateKeyPair('ES256', { extractable: true })
    const hs256 = world()
    const header = { alg: 'ES256', jwk: await exportJWK(theirs.publicKey) }
    await expectRefused(hs256, await signByHand(goodClaims(hs256.clock.now()), theirs.privateKey, header))
  })
})

test('a named key of the header is not used, even under the right algorithm', async () => {
  const [ours, theirs] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256', { extractable: true })])
  const { tokens, clock, store } = world({ tokens: { algorithms: ['ES256'], keys: ours } })
  const header = { alg: 'ES256', jwk: await exportJWK(theirs.publicKey) }
  const token = await signByHand(goodClaims(clock.now()), theirs.privateKey, header)
  await expect(tokens.verify(token)).rejects.toMatchObject({ problem: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  expect(store.calls).toEqual([])
})

test.each(['jku', 'x5u'])('an address of keys in the header is not fetched: %s', async (name) => {
  const [ours, theirs] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256', { extractable: true })])
  const published = { ...(await exportJWK(theirs.publicKey)), kid: 'theirs', alg: 'ES256' }
  let requests = 0
  const { url } = await serveKeys((request, response) => {
    requests++
    answering({ keys: [published] })(request, response)
  })
  const set = createLocalJWKSet({ keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'ours' }] })
  for (const publicKey of [ours.publicKey, set]) {
    const { tokens, clock, store } = world({ tokens: { algorithms: ['ES256'], keys: { ...ours, publicKey } } })
    const header = { alg: 'ES256', kid: 'theirs', [name]: url.href }
    const token = await signByHand(goodClaims(clock.now()), theirs.privateKey, header)
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' })
    expect(store.calls).toEqual([])
  }
  expect(requests).toBe(0)
  await fetch(url)
  expect(requests).toBe(1)
})

test('the first algorithm signs, and the others verify', async () => {
  const { tokens, revocation } = world({ tokens: { algorithms: ['HS512', 'HS256'] } })
  const previous = createAccessTokens(issuerOptions(revocation, { algorithms: ['HS256'] }))
  const token = await tokens.issue({ sub: subject })
  expect(decodeProtectedHeader(token).alg).toBe('HS512')
  expect((await tokens.verify(token)).claims.sub).toBe(subject)
  expect((await tokens.verify(await previous.issue({ sub: subject }))).claims.sub).toBe(subject)
})
