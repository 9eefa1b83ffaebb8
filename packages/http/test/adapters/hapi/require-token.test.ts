import { server as createServer, type Lifecycle, type Request, type Server } from '@hapi/hapi'
import * as hapiJwt from '@hapi/jwt'
import { errorHandler, requireToken, toHandler, validate } from '@revoked/http/hapi'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { expectAnswer } from '../../support/expect-answer.ts'
import { invalid, missing, revoked, unavailable } from '../../support/expectations.ts'
import { createWorld, secrets, type World } from '../../support/setup.ts'

type Validate = hapiJwt.HapiJwt.Options['validate']
interface JwtSetUp {
  readonly keys?: hapiJwt.HapiJwt.Options['keys']
  readonly preResponse?: Lifecycle.Method
}

let world: World
beforeEach(() => {
  world = createWorld()
})

const setUps: readonly (readonly [string, (options?: Parameters<typeof validate>[1]) => Promise<Server>])[] = [
  ['the scheme of requireToken', async (options) => withScheme({ ...options })],
  ['validate of @hapi/jwt', (options) => withHapiJwt(validate(world.revocation, options))],
]

describe.for(setUps)('%s', ([, createGuarded]) => {
  test('puts all claims into the credentials, and degraded into request.plugins.revoked', async () => {
    const server = await createGuarded({ failPolicy: 'open' })
    const token = await bearer({ sid: 'laptop' })
    const url = await started(server)
    const claims = { sub: secrets.subject, sid: 'laptop', jti: expect.any(String) }
    expect(await (await fetch(url, { headers: token })).json()).toMatchObject({ claims, degraded: false })
    world.goDown('rejects')
    expect(await (await fetch(url, { headers: token })).json()).toMatchObject({ claims, degraded: true })
  })

  test('never reaches the handler of a request that it refuses', async () => {
    const server = await createGuarded()
    const reached: string[] = []
    server.route({ method: 'POST', path: '/', handler: () => String(reached.push('handler')) })
    const headers = await bearer()
    await world.revocation.revoke({ subject: secrets.subject })
    const url = await started(server)
    await expectAnswer(await fetch(url, { method: 'POST', headers }), revoked)
    expect(reached).toEqual([])
  })

  test('in the mode "try", goes on unauthenticated without a token that may pass, and not in an outage', async () => {
    const url = await started(await createGuarded())
    const headers = await bearer()
    await world.revocation.revoke({ subject: secrets.subject })
    expect(await statusAndGuest(`${url}/try`)).toEqual([200, true])
    expect(await statusAndGuest(`${url}/try`, headers)).toEqual([200, true])
    world.goDown('rejects')
    await expectAnswer(await fetch(`${url}/try`, { headers }), unavailable)
  })

  test('in the mode "optional", goes on unauthenticated without a token only', async () => {
    const url = await started(await createGuarded())
    const headers = await bearer()
    expect(await statusAndGuest(`${url}/optional`)).toEqual([200, true])
    expect(await statusAndGuest(`${url}/optional`, headers)).toEqual([200, false])
    await world.revocation.revoke({ subject: secrets.subject })
    await expectAnswer(await fetch(`${url}/optional`, { headers }), revoked)
    world.goDown('rejects')
    await expectAnswer(await fetch(`${url}/optional`, { headers }), unavailable)
  })

  test('answers a defect as hapi does: 500 without the message', async () => {
    const defect = new Error('S3CRET defect')
    const headers = await bearer()
    const fail = () => Promise.reject(defect)
    world = {
      ...world,
      tokens: { ...world.tokens, verify: fail },
      revocation: { ...world.revocation, check: fail },
    }
    const server = await createGuarded()
    const seen: unknown[] = []
    server.events.on({ name: 'request', channels: 'error' }, (_request, { error }) => seen.push(error))
    const response = await fetch(await started(server), { headers })
    expect(response.status).toBe(500)
    expect(JSON.stringify([await response.text(), ...response.headers])).not.toContain('S3CRET')
    expect(seen).toEqual([defect])
  })

  test('leaves errors of handlers, and Boom of other schemes, alone', async () => {
    const server = await createGuarded()
    server.auth.scheme('basic', () => ({
      authenticate: (_request, h) => h.unauthenticated(boom('Token expired', 'Basic error="Token expired"')),
    }))
    server.auth.strategy('basic', 'basic')
    server.route({ method: 'GET', path: '/basic', options: { auth: 'basic' }, handler: tell })
    server.route({
      method: 'GET',
      path: '/free',
      options: { auth: false },
      handler: () => {
        throw boom('mine', 'Bearer error="mine"')
      },
    })
    const url = await started(server)
    const basic = await fetch(`${url}/basic`)
    expect(basic.headers.get('www-authenticate')).toBe('Basic error="Token expired"')
    const free = await fetch(`${url}/free`)
    expect([free.headers.get('www-authenticate'), await free.json()]).toEqual(['Bearer error="mine"', { own: true }])
  })
})

describe('requireToken', () => {
  test('lets the next strategy of a route try if there is no token', async () => {
    const server = withScheme()
    server.auth.scheme('guest', () => ({
      authenticate: (_request, h) => h.authenticated({ credentials: { sub: 'guest' } }),
    }))
    server.auth.strategy('guest', 'guest')
    server.route({ method: 'GET', path: '/both', options: { auth: { strategies: ['token', 'guest'] } }, handler: tell })
    const url = await started(server)
    expect(await (await fetch(`${url}/both`)).json()).toMatchObject({ claims: { sub: 'guest' } })
    await expectAnswer(await fetch(`${url}/both`, { headers: { authorization: 'Bearer none' } }), invalid)
  })

  test('takes the token from where getToken finds it', async () => {
    const getToken = ({ state }: Request) => (typeof state['token'] === 'string' ? state['token'] : undefined)
    const url = await started(withScheme({ getToken }))
    const cookie = `token=${await world.tokens.issue({ sub: secrets.subject })}`
    expect((await fetch(url, { headers: { cookie } })).status).toBe(200)
    await expectAnswer(await fetch(url, { headers: await bearer() }), missing)
  })

  test('refuses wrong options, those of a strategy too', () => {
    expect(() => requireToken({} as never)).toThrow(TypeError)
    expect(() => withScheme({ failPolicy: 'opne' as 'open' })).toThrow(/failPolicy/)
  })
})

describe('@hapi/jwt', () => {
  test('validate refuses wrong options', () => {
    expect(() => validate({} as never)).toThrow(TypeError)
    expect(() => validate(world.revocation, { failPolicy: 'opne' as 'open' })).toThrow(/failPolicy/)
  })

  test('answers 503 if its keys are unavailable, and reports it', async () => {
    const told: unknown[] = []
    const keys = () => Promise.reject(new Error('S3CRET: no keys'))
    const server = await withHapiJwt(validate(world.revocation), {
      keys,
      preResponse: errorHandler({ onUnavailable: (error) => told.push(error) }),
    })
    await expectAnswer(await fetch(await started(server), { headers: await bearer() }), unavailable)
    expect(told).toEqual([expect.objectContaining({ message: 'Failed to obtain keys' })])
  })

  test('the table convicts a validate that throws, and one without errorHandler', async () => {
    const preResponse: Lifecycle.Method = (_request, h) => h.continue
    const throwing: Validate = async ({ decoded }) => {
      await world.revocation.assertActive(decoded.payload)
      return { isValid: true }
    }
    const naive = await started(await withHapiJwt(throwing, { preResponse }))
    const bare = await started(await withHapiJwt(validate(world.revocation), { preResponse }))
    const headers = await bearer()
    await expect(expectAnswer(await fetch(bare), missing)).rejects.toThrow()
    world.goDown('rejects')
    await expectAnswer(await fetch(bare, { headers }), unavailable)
    const response = await fetch(naive, { headers })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('The revocation store failed')
  })
})

test('errorHandler answers what a handler throws of this library', async () => {
  const server = createServer({ host: '127.0.0.1' })
  server.ext('onPreResponse', errorHandler())
  server.route({ method: 'GET', path: '/', handler: () => world.tokens.verify('none') })
  await expectAnswer(await fetch(await started(server)), invalid)
})

test('toHandler hands method, credentials and form to the endpoint, and sends its answer', async () => {
  const server = createServer({ host: '127.0.0.1' })
  const echo = toHandler(async ({ method, authorization, form }) => {
    if (method === 'GET') return { status: 200, headers: {} }
    return {
      status: 202,
      headers: { 'Cache-Control': 'no-store' },
      body: { method, authorization, form: await form() },
    }
  })
  server.route({ method: '*', path: '/', handler: echo })
  const url = await started(server)
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Basic YTpi' },
    body: new URLSearchParams({ token: 'a b' }),
  })
  expect([response.status, response.headers.get('cache-control')]).toEqual([202, 'no-store'])
  expect(await response.json()).toEqual({ method: 'POST', authorization: 'Basic YTpi', form: { token: 'a b' } })
  const empty = await fetch(url)
  expect([empty.status, await empty.text()]).toEqual([200, ''])
})

const tell: Lifecycle.Method = ({ auth, plugins }) => ({
  guest: !auth.isAuthenticated,
  claims: auth.credentials,
  degraded: plugins.revoked?.degraded,
})

function withRoutes(server: Server): Server {
  server.auth.default('token')
  server.route({ method: 'GET', path: '/', handler: tell })
  server.route({ method: 'GET', path: '/try', options: { auth: { mode: 'try' } }, handler: tell })
  server.route({ method: 'GET', path: '/optional', options: { auth: { mode: 'optional' } }, handler: tell })
  return server
}

function withScheme(options: Partial<Parameters<typeof requireToken>[0]> = {}): Server {
  const server = createServer({ host: '127.0.0.1', debug: false })
  server.auth.scheme('revoked', requireToken({ tokens: world.tokens }))
  server.auth.strategy('token', 'revoked', options)
  return withRoutes(server)
}

async function withHapiJwt(validation: Validate, options: JwtSetUp = {}): Promise<Server> {
  const { keys = [{ key: secrets.signingKey, algorithms: ['HS256'] }], preResponse = errorHandler() } = options
  const server = createServer({ host: '127.0.0.1', debug: false })
  await server.register(hapiJwt)
  server.auth.strategy('token', 'jwt', { keys, verify: { iss: false, aud: false, sub: false }, validate: validation })
  server.ext('onPreResponse', preResponse)
  return withRoutes(server)
}

/** As a scheme of someone else would refuse. */
function boom(message: string, challenge: string): Error {
  const output = { statusCode: 401, headers: { 'WWW-Authenticate': challenge }, payload: { own: true } }
  return Object.assign(new Error(message), { isBoom: true, output })
}

async function statusAndGuest(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(url, { headers })
  const { guest } = (await response.json()) as { guest: boolean }
  return [response.status, guest]
}

async function bearer(claims: Readonly<Record<string, unknown>> = {}): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await world.tokens.issue({ sub: secrets.subject, ...claims })}` }
}

async function started(server: Server): Promise<string> {
  onTestFinished(() => server.stop())
  await server.start()
  return server.info.uri
}
