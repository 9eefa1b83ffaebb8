import { createRevocation } from '@revoked/core'
import { type EndpointOptions, logoutEndpoint } from '@revoked/http'
import { introspectionEndpoint, revocationEndpoint } from '@revoked/http/oauth'
import { createRevocableTokens } from '@revoked/jose'
import { memoryStore } from '@revoked/store-memory'
import { createRemoteJWKSet, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../support/listen.ts'
import { authenticateClient, expectRefusal, post, requestOf, retryLater } from '../support/oauth-setup.ts'

const issuer = 'https://login.example'
const audience = 'https://api.example'

/** An issuer that publishes its keys over HTTP, and a service that fetches them. */
async function setUp(cooldownDuration: number) {
  const published: JWK[] = []
  const { url, close } = await listen((_, response) => void response.end(JSON.stringify({ keys: published })))
  onTestFinished(close)
  const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
  const keys = { publicKey: createRemoteJWKSet(new URL(url), { cooldownDuration }) }
  const tokens = createRevocableTokens({ revocation, issuer, audience, algorithms: ['ES256'], keys })

  async function rotate(kid: string) {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const publish = async () => void published.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' })
    const sign = () =>
      new SignJWT({ jti: crypto.randomUUID(), client_id: 'web', sub: 'ada' })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('15m')
        .sign(privateKey)
    return { publish, sign }
  }
  return { tokens, rotate }
}

test('a token whose key was published since the keys were fetched is 503 until they are fetched again', async () => {
  const { tokens, rotate } = await setUp(500)
  const endpoint = revocationEndpoint({ tokens, authenticateClient })
  const introspection = introspectionEndpoint({ tokens, authenticateClient })
  const logout = logoutEndpoint({ tokens })
  const first = await rotate('a')
  await first.publish()
  expect(await post(endpoint, { token: await first.sign() })).toMatchObject({ status: 200 })

  const second = await rotate('b')
  await second.publish()
  const token = await second.sign()
  expectRefusal(await post(endpoint, { token }), 503, 'temporarily_unavailable', retryLater)
  expectRefusal(await post(introspection, { token }), 503, 'temporarily_unavailable', retryLater)
  expect(await logout(requestOf({ authorization: `Bearer ${token}` }))).toMatchObject({ status: 503 })

  await expect.poll(async () => (await post(endpoint, { token })).status, { timeout: 10_000, interval: 50 }).toBe(200)
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
})

test('a token whose key the issuer does not publish is 200: no service accepts it', async () => {
  const { tokens, rotate } = await setUp(30_000)
  const withdrawn = await rotate('a')
  expect(
    await post(revocationEndpoint({ tokens, authenticateClient }), { token: await withdrawn.sign() }),
  ).toMatchObject({ status: 200 })
})

test('a key set that hangs is an outage at the timeout', async () => {
  const { url, close } = await listen(() => {})
  onTestFinished(close)
  const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
  const keys = { publicKey: createRemoteJWKSet(new URL(url), { timeoutDuration: 60_000 }) }
  const tokens = createRevocableTokens({ revocation, issuer, audience, algorithms: ['ES256'], keys })
  const { rotate } = await setUp(30_000)
  const token = await (await rotate('a')).sign()
  const options: EndpointOptions = { timeout: '100ms' }
  const endpoint = revocationEndpoint({ tokens, authenticateClient, ...options })
  expectRefusal(await post(endpoint, { token }), 503, 'temporarily_unavailable', retryLater)
  const logout = logoutEndpoint({ tokens, ...options })
  expect(await logout(requestOf({ authorization: `Bearer ${token}` }))).toMatchObject({ status: 503 })
})
