import { RevocationUnavailableError } from '@revoked/core'
import { type Endpoint, type EndpointOptions, logoutEndpoint } from '@revoked/http'
import { backChannelLogoutEndpoint, introspectionEndpoint, revocationEndpoint } from '@revoked/http/oauth'
import { InvalidTokenError } from '@revoked/jose'
import { describe, expect, test } from 'vitest'
import { authenticateClient, basic, requestOf } from '../support/oauth-setup.ts'
import { noteUnhandledRejections } from '../support/unhandled-rejections.ts'

/** Makes an endpoint whose tokens are handled by one function. */
type Create = (handle: () => Promise<never>, options: EndpointOptions) => Endpoint

const endpoints: readonly (readonly [name: string, outage: number, refused: number, create: Create])[] = [
  ['logout', 503, 401, (handle, options) => logoutEndpoint({ tokens: tokensOf(handle), ...options })],
  [
    'revocation',
    503,
    400,
    (handle, options) => revocationEndpoint({ tokens: tokensOf(handle), authenticateClient, ...options }),
  ],
  [
    'introspection',
    503,
    200,
    (handle, options) => introspectionEndpoint({ tokens: tokensOf(handle), authenticateClient, ...options }),
  ],
  [
    'back-channel logout',
    400,
    400,
    (handle, options) => backChannelLogoutEndpoint({ logoutTokens: { redeem: handle }, ...options }),
  ],
]

/** The first thing that every endpoint does with a token is to inspect it. */
function tokensOf(inspect: () => Promise<never>) {
  const never = () => Promise.reject(new Error('not to be called'))
  return { inspect, verify: never, revoke: never, endSession: never }
}

const outage = new RevocationUnavailableError('The store failed.')
const refusal = new InvalidTokenError('ERR_TOKEN_TYPE')
const hang = (): Promise<never> => new Promise(() => {})
const fail = (): never => {
  throw new Error('the log is full')
}

describe.each(endpoints)('the %s endpoint', (name, outageStatus, refusedStatus, create) => {
  const unhandled = noteUnhandledRejections()
  const authorization = name === 'logout' ? 'Bearer a.b.c' : basic('web')
  const request = requestOf({
    authorization,
    form: { token: 'a.b.c', logout_token: 'a.b.c' },
  })

  test('answers at its timeout if the keys or the store hang', async () => {
    const reported: unknown[] = []
    const endpoint = create(hang, { timeout: '50ms', onUnavailable: (error) => reported.push(error) })
    expect(await endpoint(request)).toMatchObject({
      status: outageStatus,
      headers: { 'Retry-After': '5' },
      body: { error: 'temporarily_unavailable' },
    })
    expect(reported).toEqual([expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' })])
  })

  test('reports a refusal and an outage with the error and the request', async () => {
    const reported: unknown[] = []
    const options = {
      onUnavailable: (error: unknown, given: unknown) => reported.push(['unavailable', error, given]),
      onRefused: (error: unknown, given: unknown) => reported.push(['refused', error, given]),
    }
    expect(await create(() => Promise.reject(outage), options)(request)).toMatchObject({ status: outageStatus })
    expect(await create(() => Promise.reject(refusal), options)(request)).toMatchObject({ status: refusedStatus })
    expect(reported).toEqual([
      ['unavailable', outage, expect.objectContaining({ authorization })],
      ['refused', refusal, expect.objectContaining({ authorization })],
    ])
  })

  test.each([
    'ERR_REVOCATION_UNAVAILABLE',
    'ERR_KEYS_UNAVAILABLE',
    'ERR_MARK_EXPIRED',
    'ERR_SETTINGS_CONFLICT',
    'ERR_CLOCK_SKEW',
  ])('answers %s as an outage, and reports it', async (code) => {
    const error = Object.assign(new Error('The store failed.'), { code })
    const reported: unknown[] = []
    const endpoint = create(() => Promise.reject(error), { onUnavailable: (given) => reported.push(given) })
    expect(await endpoint(request)).toMatchObject({ status: outageStatus, body: { error: 'temporarily_unavailable' } })
    expect(reported).toEqual([error])
  })

  test.each<readonly [how: string, hook: () => unknown]>([
    ['throws', fail],
    ['rejects', async () => fail()],
    ['hangs', hang],
  ])('answers the same if a hook %s', async (_, hook) => {
    const options = { onUnavailable: hook, onRefused: hook }
    expect(await create(() => Promise.reject(outage), options)(request)).toMatchObject({ status: outageStatus })
    expect(await create(() => Promise.reject(refusal), options)(request)).toMatchObject({ status: refusedStatus })
    expect(await unhandled()).toEqual([])
  })

  test('does not report what fails after the timeout as unhandled', async () => {
    let reject = (_error: Error): void => {}
    const late = new Promise<never>((_, fails) => {
      reject = fails
    })
    expect(await create(() => late, { timeout: '10ms' })(request)).toMatchObject({ status: outageStatus })
    reject(new Error('too late'))
    expect(await unhandled()).toEqual([])
  })

  test.each([
    ['onUnavailable', { onUnavailable: 'log' }],
    ['onRefused', { onRefused: 'log' }],
    ['timeout', { timeout: 0 }],
    ['timeout', { timeout: 'soon' }],
  ])('cannot be made with a wrong %s', (option, options) => {
    expect(() => create(hang, options as unknown as EndpointOptions)).toThrow(option)
  })
})

test.each(endpoints.filter(([name]) => /^(?:rev|int)/.test(name)))(
  'the %s endpoint answers at its timeout if authenticateClient hangs',
  async (name) => {
    const make = name === 'revocation' ? revocationEndpoint : introspectionEndpoint
    const endpoint = make({ tokens: tokensOf(hang), authenticateClient: hang, timeout: '50ms' })
    const request = requestOf({ authorization: basic('web'), form: { token: 'a' } })
    expect(await endpoint(request)).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
  },
)
