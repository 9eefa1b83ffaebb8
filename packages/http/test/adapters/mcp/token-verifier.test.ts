import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import type { OAuthTokenVerifier } from '@modelcontextprotocol/sdk/server/auth/provider.js'
import { type TokenVerifierOptions, tokenVerifier } from '@revoked/http/mcp'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { startMcp } from '../../support/mcp-server.ts'
import { createWorld, secrets } from '../../support/setup.ts'

const resource = 'https://api.example/'

test('the SDK gets token, client, scopes, end, resource and claims', async () => {
  const { sign, ask } = await startMcp()
  const token = await sign()
  const claims = decodeJwt(token)
  expect(await ask(`Bearer ${token}`)).toEqual({
    status: 200,
    challenge: null,
    retryAfter: null,
    body: {
      token,
      clientId: 'assistant',
      scopes: ['mcp:tools', 'mcp:read'],
      expiresAt: claims.exp,
      resource,
      extra: { claims, degraded: false },
    },
  })
})

test('what it creates is an OAuthTokenVerifier of the SDK', () => {
  const verifier: OAuthTokenVerifier = tokenVerifier({ tokens: createWorld().tokens, InvalidTokenError })
  expect(verifier.verifyAccessToken).toBeTypeOf('function')
})

test.each([
  ['scp as text', { scope: undefined, scp: 'a  b' }, ['a', 'b']],
  ['scp as a list', { scope: undefined, scp: ['a', 7, 'b'] }, ['a', 'b']],
  ['no scope', { scope: undefined }, []],
  ['a scope of another type', { scope: 7 }, []],
])('%s', async (_, changes, scopes) => {
  const { sign, verifier } = await startMcp()
  expect(await verifier.verifyAccessToken(await sign(changes))).toMatchObject({ scopes })
})

test('the client may be in azp, or where the application says', async () => {
  const first = await startMcp()
  const azp = await first.sign({ client_id: undefined, azp: 'portal' })
  expect(await first.verifier.verifyAccessToken(azp)).toMatchObject({ clientId: 'portal' })

  const second = await startMcp({ verifier: { clientIdOf: ({ cid }) => cid } })
  expect(await second.verifier.verifyAccessToken(await second.sign({ cid: 'desk' }))).toMatchObject({
    clientId: 'desk',
  })
})

test.each([undefined, '', 7])('refuses a token whose client is %j, and says why', async (clientId) => {
  const { sign, ask, refusalsTold } = await startMcp()
  expect(await ask(`Bearer ${await sign({ client_id: clientId })}`)).toMatchObject({ status: 401 })
  expect(refusalsTold).toMatchObject([{ code: 'ERR_INVALID_CLAIMS', claim: 'client_id' }])
})

test.each([
  ['its only audience', undefined, 'https://api.example', resource],
  ['none, if it has several', undefined, ['https://api.example', 'https://other.example'], undefined],
  ['the expected one of several', 'https://api.example', ['https://other.example', 'https://api.example'], resource],
  ['none, if it is not for the expected one', 'https://third.example', ['https://api.example'], undefined],
])('the resource of a token is %s', async (_, expected, aud, href) => {
  const { sign, verifier } = await startMcp({ verifier: expected === undefined ? {} : { resource: expected } })
  expect((await verifier.verifyAccessToken(await sign({ aud }))).resource?.href).toBe(href)
})

test('a revoked token is refused with the next request', async () => {
  const { sign, ask, tokens, refusalsTold } = await startMcp()
  const token = await sign()
  expect((await ask(`Bearer ${token}`)).status).toBe(200)
  await tokens.revoke(token)
  expect(await ask(`Bearer ${token}`)).toEqual({
    status: 401,
    challenge: 'Bearer error="invalid_token", error_description="The token was revoked"',
    retryAfter: null,
    body: { error: 'invalid_token', error_description: 'The token was revoked' },
  })
  expect(refusalsTold).toMatchObject([{ code: 'ERR_TOKEN_REVOKED' }])
})

test('in the mode observe, a revoked token and an outage pass, and are reported', async () => {
  const { sign, ask, tokens, goDown, outcomesTold, refusalsTold, outagesTold } = await startMcp({
    verifier: { mode: 'observe' },
  })
  const token = await sign()
  await tokens.revoke(token)
  expect(await ask(`Bearer ${token}`)).toMatchObject({ status: 200, body: { extra: { degraded: false } } })
  expect(refusalsTold).toMatchObject([{ code: 'ERR_TOKEN_REVOKED' }])
  goDown('rejects')
  expect(await ask(`Bearer ${token}`)).toMatchObject({ status: 200, body: { extra: { degraded: true } } })
  expect(outagesTold).toMatchObject([{ code: 'ERR_REVOCATION_UNAVAILABLE' }])
  expect(outcomesTold.map(({ refused, answer }) => [refused, answer.status])).toEqual([
    [false, 401],
    [false, 503],
  ])
})

test.each([
  ['expired', { iat: 1_700_000_000, exp: 1_700_000_900 }, 'The token expired'],
  ['of another issuer', { iss: 'https://evil.example' }, 'The token is not valid'],
  ['without a subject', { sub: undefined }, 'The token is not valid'],
])('refuses a token that is %s', async (_, changes, description) => {
  const { sign, ask } = await startMcp()
  expect(await ask(`Bearer ${await sign(changes)}`)).toMatchObject({
    status: 401,
    challenge: `Bearer error="invalid_token", error_description="${description}"`,
  })
})

test("the SDK's answer to an outage is 500 without answerOutages, and nobody passes", async () => {
  const { sign, ask, goDown, outagesTold } = await startMcp({ guard: requireBearerAuth })
  const token = await sign()
  goDown('rejects')
  expect(await ask(`Bearer ${token}`)).toMatchObject({ status: 500, body: { error: 'server_error' } })
  expect(outagesTold).toMatchObject([{ code: 'ERR_REVOCATION_UNAVAILABLE', status: 503 }])
})

test('with an open policy, a token that could not be checked is marked as degraded', async () => {
  const { sign, ask, goDown } = await startMcp({ verifier: { failPolicy: 'open' } })
  const token = await sign({ sub: secrets.subject })
  goDown('rejects')
  expect(await ask(`Bearer ${token}`)).toMatchObject({ status: 200, body: { extra: { degraded: true } } })
})

test.each([
  ['tokens', { tokens: {} }, /tokens must come from a factory/],
  ['InvalidTokenError', { InvalidTokenError: undefined }, /InvalidTokenError must be the class/],
  ['clientIdOf', { clientIdOf: 'cid' }, /clientIdOf must be a function/],
  ['resource', { resource: 'api' }, /resource must be a URL/],
  ['failPolicy', { failPolicy: 'ajar' }, /failPolicy must be/],
  ['onRefused', { onRefused: 1 }, /onRefused must be a function/],
])('refuses a wrong %s', (_, wrong, message) => {
  const options = { tokens: createWorld().tokens, InvalidTokenError, ...wrong } as unknown as TokenVerifierOptions
  expect(() => tokenVerifier(options)).toThrow(message)
})
