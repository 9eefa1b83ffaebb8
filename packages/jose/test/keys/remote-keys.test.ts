import { createRemoteJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, type RemoteJWKSetOptions } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAccessTokens, createRevocableTokens, type KeyPair } from '../../src/index.ts'
import { issuerOptions, subject, world } from '../support/fixtures.ts'
import { serveKeys } from '../support/jwks-server.ts'

const algorithms = ['ES256']
const unavailable = { code: 'ERR_KEYS_UNAVAILABLE', status: 503 }
const unknownKey = { code: 'ERR_INVALID_TOKEN', problem: 'ERR_JWKS_NO_MATCHING_KEY', status: 401 }
/** jose's own. */
const cooldownMs = 30_000

const { revocation } = world()
let oldPair: Pick<KeyPair, 'privateKey' | 'publicKey'>
let newPair: Pick<KeyPair, 'privateKey' | 'publicKey'>
let oldSet: JSONWebKeySet
let bothSet: JSONWebKeySet

beforeAll(async () => {
  const pairs = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
  ;[oldPair, newPair] = pairs
  const oldKey = { ...(await exportJWK(pairs[0].publicKey)), kid: 'old' }
  oldSet = { keys: [oldKey] }
  bothSet = { keys: [oldKey, { ...(await exportJWK(pairs[1].publicKey)), kid: 'new' }] }
})

// jose reads this clock to decide when a set is old. No timer is virtual.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

function advance(ms: number): void {
  vi.setSystemTime(Date.now() + ms)
}

function signedBy(pair: Pick<KeyPair, 'privateKey' | 'publicKey'>, keyId: string): Promise<string> {
  const tokens = createAccessTokens(issuerOptions(revocation, { algorithms, keys: { ...pair, keyId } }))
  return tokens.issue({ sub: subject })
}

/** A verifier over a server that counts how often it is asked. */
async function remote(options?: RemoteJWKSetOptions) {
  const state = { set: oldSet, loads: 0 }
  const { url } = await serveKeys((_, response) => {
    state.loads += 1
    response.setHeader('content-type', 'application/json').end(JSON.stringify(state.set))
  })
  const publicKey = createRemoteJWKSet(url, options)
  return { state, tokens: createRevocableTokens({ ...issuerOptions(revocation, { algorithms }), keys: { publicKey } }) }
}

describe('a token whose key was published since the set was loaded', () => {
  test('is a 503 during the cooldown, and is verified and revoked afterwards', async () => {
    const { state, tokens } = await remote()
    await tokens.verify(await signedBy(oldPair, 'old'))
    state.set = bothSet
    const token = await signedBy(newPair, 'new')
    for (const use of [tokens.verify, tokens.revoke, tokens.endSession, tokens.inspect])
      await expect(use(token)).rejects.toMatchObject(unavailable)
    expect(state.loads).toBe(1)
    advance(cooldownMs)
    await tokens.verify(token)
    expect(await tokens.revoke(token)).toMatchObject({ changed: true })
    expect(state.loads).toBe(2)
  })

  test('is a 503 if the load was under way when it came: its answer may be older', async () => {
    const { tokens } = await remote()
    const [good, unknown] = await Promise.all([signedBy(oldPair, 'old'), signedBy(newPair, 'new')])
    const [first, second] = await Promise.allSettled([tokens.verify(good), tokens.verify(unknown)])
    expect(first).toMatchObject({ status: 'fulfilled' })
    expect(second).toMatchObject({ status: 'rejected', reason: unavailable })
  })

  test('is a 401 if the set that lacks the key was loaded after it came', async () => {
    const { state, tokens } = await remote()
    await tokens.verify(await signedBy(oldPair, 'old'))
    advance(cooldownMs)
    const token = await signedBy(newPair, 'new')
    await expect(tokens.revoke(token)).rejects.toMatchObject(unknownKey)
    expect(state.loads).toBe(2)
  })

  test('is a 401 although the cooldown is longer than the age of the set, which is loaded again', async () => {
    const { state, tokens } = await remote({ cooldownDuration: 3_600_000, cacheMaxAge: 1_000 })
    await tokens.verify(await signedBy(oldPair, 'old'))
    advance(1_000)
    await expect(tokens.verify(await signedBy(newPair, 'new'))).rejects.toMatchObject(unknownKey)
    expect(state.loads).toBe(2)
  })
})

describe('a key that was withdrawn', () => {
  test('is a 401 for verify once a set lacked it, so that clients log in again; revoke waits', async () => {
    const { state, tokens } = await remote()
    const token = await signedBy(newPair, 'new')
    await expect(tokens.verify(token)).rejects.toMatchObject(unknownKey)
    const another = await signedBy(newPair, 'new')
    await expect(tokens.verify(another)).rejects.toMatchObject(unknownKey)
    await expect(tokens.revoke(another)).rejects.toMatchObject(unavailable)
    expect(state.loads).toBe(1)
  })

  test('verifies again once it is published again', async () => {
    const { state, tokens } = await remote()
    const token = await signedBy(newPair, 'new')
    await expect(tokens.verify(token)).rejects.toMatchObject(unknownKey)
    state.set = bothSet
    advance(cooldownMs)
    await tokens.verify(token)
    state.set = oldSet
    advance(600_000)
    await tokens.verify(await signedBy(oldPair, 'old'))
    await expect(tokens.verify(token)).rejects.toMatchObject(unavailable)
  })
})

test('a thousand made-up kids load the set once per cooldown', async () => {
  const { state, tokens } = await remote()
  const good = await signedBy(oldPair, 'old')
  const madeUp = await Promise.all(Array.from({ length: 1_000 }, (_, index) => signedBy(newPair, `kid-${index}`)))
  await tokens.verify(good)
  for (const wait of [0, cooldownMs, 0]) {
    advance(wait)
    await Promise.allSettled(madeUp.map((token) => tokens.verify(token)))
    await tokens.verify(good)
  }
  expect(state.loads).toBe(2)
})
