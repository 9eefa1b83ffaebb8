import { logoutEndpoint } from '@revoked/http'
import { introspectionEndpoint, revocationEndpoint } from '@revoked/http/oauth'
import { createRevocableTokens } from '@revoked/jose'
import { generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { authenticateClient, createOAuthWorld, post, requestOf } from '../support/oauth-setup.ts'

const world = createOAuthWorld()
const { revocation, issuer, audience } = world.options
const { publicKey, privateKey } = await generateKeyPair('ES256')

/** Tokens whose key is asked for once per verification. */
function countingTokens() {
  let verifications = 0
  const getKey = () => {
    verifications += 1
    return publicKey
  }
  const keys = { publicKey: getKey }
  const tokens = createRevocableTokens({ revocation, issuer, audience, algorithms: ['ES256'], keys })
  return { tokens, count: () => verifications }
}

const sign = () => world.signByHand({ client_id: 'web', sid: crypto.randomUUID() }, 'ES256', { key: privateKey })

test('the revocation endpoint verifies a token once', async () => {
  const { tokens, count } = countingTokens()
  const endpoint = revocationEndpoint({ tokens, authenticateClient })
  expect(await post(endpoint, { token: await sign() })).toMatchObject({ status: 200 })
  expect(count()).toBe(1)
})

test('the introspection endpoint verifies a token once', async () => {
  const { tokens, count } = countingTokens()
  const endpoint = introspectionEndpoint({ tokens, authenticateClient })
  expect(await post(endpoint, { token: await sign() })).toMatchObject({ body: { active: true } })
  expect(count()).toBe(1)
})

test('the logout endpoint verifies a token once', async () => {
  const { tokens, count } = countingTokens()
  const endpoint = logoutEndpoint({ tokens })
  const request = requestOf({ authorization: `Bearer ${await sign()}` })
  expect(await endpoint(request)).toMatchObject({ status: 204 })
  expect(count()).toBe(1)
})
