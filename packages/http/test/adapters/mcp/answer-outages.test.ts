import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { answerOutages } from '@revoked/http/mcp'
import { eventually } from '@revoked/testing'
import { expect, test } from 'vitest'
import { startMcp } from '../../support/mcp-server.ts'
import { outages } from '../../support/oauth-setup.ts'
import { noteUnhandledRejections } from '../../support/unhandled-rejections.ts'

const unhandled = noteUnhandledRejections()

test.each(outages)('answers 503 while the store %s, and recovers by itself', async (how) => {
  const { sign, ask, goDown, comeBack } = await startMcp()
  const token = await sign()
  goDown(how)
  expect(await ask(`Bearer ${token}`)).toEqual({
    status: 503,
    challenge: null,
    retryAfter: '5',
    body: { error: 'temporarily_unavailable', error_description: 'The token could not be checked' },
  })
  comeBack()
  await eventually(async () => (await ask(`Bearer ${token}`)).status === 200, 'service is back')
  expect(await unhandled()).toEqual([])
})

test('leaves scopes, resource and metadata of the challenge to the SDK', async () => {
  const resourceMetadataUrl = 'https://api.example/.well-known/oauth-protected-resource'
  const { sign, ask } = await startMcp({
    bearer: { requiredScopes: ['mcp:write'], expectedResource: new URL('https://api.example'), resourceMetadataUrl },
  })
  const metadata = `, scope="mcp:write", resource_metadata="${resourceMetadataUrl}"`
  const challenge = (code: string, text: string) => `Bearer error="${code}", error_description="${text}"${metadata}`
  expect(await ask(`Bearer ${await sign({ scope: 'mcp:write' })}`)).toMatchObject({ status: 200 })
  expect(await ask(`Bearer ${await sign()}`)).toMatchObject({
    status: 403,
    challenge: challenge('insufficient_scope', 'Insufficient scope'),
  })
  const several = await sign({ scope: 'mcp:write', aud: ['https://api.example', 'https://other.example'] })
  expect(await ask(`Bearer ${several}`)).toMatchObject({
    status: 401,
    challenge: challenge('invalid_token', 'Token was not issued for this resource'),
  })
  expect(await ask(undefined)).toMatchObject({
    status: 401,
    challenge: challenge('invalid_token', 'Missing Authorization header'),
  })
})

test.each([
  ['no token', undefined],
  ['another scheme', 'Basic YTpi'],
  ['what is no token', 'Bearer $$$'],
  ['a token in two parts', 'Bearer abc def'],
])('refuses %s as the SDK does', async (_, authorization) => {
  const { ask } = await startMcp()
  expect((await ask(authorization)).status).toBe(401)
})

test('verifies the token of a request once', async () => {
  let verifications = 0
  const { sign, ask } = await startMcp({
    guard: ({ verifier, ...options }) =>
      answerOutages(requireBearerAuth, {
        ...options,
        verifier: {
          verifyAccessToken: (token) => {
            verifications += 1
            return verifier.verifyAccessToken(token)
          },
        },
      }),
  })
  await ask(`Bearer ${await sign()}`)
  expect(verifications).toBe(1)
})

test('refuses wrong arguments', () => {
  const verifier = { verifyAccessToken: () => Promise.reject(new Error('unused')) }
  expect(() => answerOutages(undefined as never, { verifier })).toThrow(/requireBearerAuth must be that of/)
  expect(() => answerOutages(requireBearerAuth, {} as never)).toThrow(/verifier must have verifyAccessToken/)
})
