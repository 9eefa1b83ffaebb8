import { RevocationUnavailableError } from '@revoked/core'
import {
  type AuthenticateClient,
  type ClientEndpointOptions,
  introspectionEndpoint,
  revocationEndpoint,
} from '@revoked/http/oauth'
import { describe, expect, test } from 'vitest'
import {
  authenticateClient,
  basic,
  basicChallenge,
  clientSecret,
  createOAuthWorld,
  expectRefusal,
  post,
  requestOf,
  retryLater,
  subject,
} from '../support/oauth-setup.ts'

const { tokens } = createOAuthWorld()
const token = await tokens.issue({ sub: subject, client_id: 'web' })

/** What the endpoints have in common that are asked about a token. */
describe.each([
  ['revocation', (options: ClientEndpointOptions) => revocationEndpoint({ tokens, ...options })],
  ['introspection', (options: ClientEndpointOptions) => introspectionEndpoint({ tokens, ...options })],
])('the %s endpoint', (_, create) => {
  const endpoint = create({ authenticateClient })

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const answer = await endpoint(requestOf({ method, authorization: basic('web'), form: { token } }))
    expectRefusal(answer, 405, 'invalid_request', { Allow: 'POST' })
  })

  test.each<readonly [title: string, form: unknown]>([
    ['without a body', undefined],
    ['without the token', { token_type_hint: 'access_token' }],
    ['with an empty token', { token: '' }],
    [
      'with the token twice',
      new URLSearchParams([
        ['token', token],
        ['token', token],
      ]),
    ],
    ['with the token twice, as an array', { token: [token, token] }],
    ['with the hint twice', { token, token_type_hint: ['access_token', 'refresh_token'] }],
  ])('refuses a request %s', async (_, form) => {
    expectRefusal(await post(endpoint, form), 400, 'invalid_request')
  })

  test('knows a client by client_secret_basic and by client_secret_post', async () => {
    const made = 'made-up'
    expect(await post(endpoint, { token: made })).toMatchObject({ status: 200 })
    const form = { token: made, client_id: 'app', client_secret: clientSecret }
    expect(await endpoint(requestOf({ authorization: undefined, form }))).toMatchObject({ status: 200 })
  })

  test.each<readonly [title: string, authorization: string | undefined, form: Readonly<Record<string, string>>]>([
    ['that does not say who it is', undefined, {}],
    ['that nobody knows', basic('S3CRET-client'), {}],
    ['with a wrong secret', basic('web', 'S3CRET-guess'), {}],
    ['with a wrong secret in the form', undefined, { client_id: 'web', client_secret: 'S3CRET-guess' }],
    ['without a secret', undefined, { client_id: 'web' }],
    ['with a malformed header', 'Basic S3CRET*', {}],
  ])('refuses a client %s', async (_, authorization, form) => {
    const answer = await endpoint(requestOf({ authorization, form: { token, ...form } }))
    expectRefusal(answer, 401, 'invalid_client', basicChallenge)
  })

  test('refuses a client before it looks at the token', async () => {
    expectRefusal(await post(endpoint, {}, basic('web', 'wrong')), 401, 'invalid_client', basicChallenge)
  })

  test('refuses a client that authenticates in two ways', async () => {
    const form = { token, client_id: 'web', client_secret: clientSecret }
    expectRefusal(await post(endpoint, form), 400, 'invalid_request')
  })

  test('leaves other ways to authenticate to authenticateClient, and challenges a bearer as one', async () => {
    const seen: unknown[] = []
    const byBearer = create({
      authenticateClient: async (credentials, { authorization }) => {
        seen.push(credentials)
        return authorization === 'Bearer good' ? 'api' : undefined
      },
    })
    expect(await post(byBearer, { token: 'made-up' }, 'Bearer good')).toMatchObject({ status: 200 })
    const challenge = { 'WWW-Authenticate': expect.stringMatching(/^Bearer error="invalid_token"/) }
    expectRefusal(await post(byBearer, { token }, 'Bearer S3CRET'), 401, 'invalid_client', challenge)
    expect(seen).toEqual([undefined, undefined])
  })

  test.each(['', null, true, {}])('takes %s of authenticateClient for a no', async (answer) => {
    const lax = create({ authenticateClient: (() => answer) as unknown as AuthenticateClient })
    expectRefusal(await post(lax, { token }), 401, 'invalid_client', basicChallenge)
  })

  test('answers an outage of authenticateClient as one', async () => {
    const told: unknown[] = []
    const error = new RevocationUnavailableError('The store failed.')
    const away = create({ authenticateClient: () => Promise.reject(error), onUnavailable: (why) => told.push(why) })
    expectRefusal(await post(away, { token }), 503, 'temporarily_unavailable', retryLater)
    expect(told).toEqual([error])
  })

  test('hands any other error of authenticateClient to the framework', async () => {
    const defect = new TypeError('x is not a function')
    const rejecting = create({ authenticateClient: () => Promise.reject(defect) })
    await expect(post(rejecting, { token })).rejects.toBe(defect)
    const throwing = create({
      authenticateClient: () => {
        throw defect
      },
    })
    await expect(post(throwing, { token })).rejects.toBe(defect)
  })

  test.each([
    ['authenticateClient', {}],
    ['authenticateClient', { authenticateClient: 'web' }],
    ['onUnavailable', { authenticateClient, onUnavailable: 'log' }],
    ['tokens', { authenticateClient, tokens: undefined }],
    ['tokens', { authenticateClient, tokens: { inspect: tokens.inspect } }],
  ])('cannot be made with a wrong %s', (name, options) => {
    expect(() => create(options as unknown as ClientEndpointOptions)).toThrow(TypeError)
    expect(() => create(options as unknown as ClientEndpointOptions)).toThrow(name)
  })
})
