import { fastifyJwt } from '@fastify/jwt'
import { errorHandler, requireToken, toHandler, withAuth } from '@revoked/http/fastify'
import { type FastifyInstance, fastify } from 'fastify'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { expectAnswer } from '../../support/expect-answer.ts'
import { missing, revoked, unavailable } from '../../support/expectations.ts'
import { createWorld, secrets, type World } from '../../support/setup.ts'

let world: World
beforeEach(() => {
  world = createWorld()
})

describe('requireToken', () => {
  test('lets no request pass if a function of the application throws undefined', async () => {
    const throws = (): never => {
      throw undefined
    }
    const rejects = async (): Promise<never> => throws()
    const verify = [{ tokens: { verify: throws } }, { tokens: { verify: rejects } }]
    for (const options of [...verify, { getToken: throws }, { getToken: rejects }]) {
      const app = fastify()
      app.register(requireToken, { tokens: world.tokens, ...options })
      app.get('/', async () => 'passed')
      const response = await app.inject({ url: '/', headers: { authorization: 'Bearer a.b.c' } })
      expect(response.statusCode).toBe(500)
      await app.close()
    }
  })

  test('puts all claims into request.auth', async () => {
    const app = guarded()
    app.get(
      '/',
      withAuth(async ({ auth, degraded }) => ({ auth, degraded })),
    )
    const response = await get(app, '/', await bearer({ sid: 'laptop', role: 'admin' }))
    expect(await response.json()).toMatchObject({
      auth: { sub: secrets.subject, sid: 'laptop', role: 'admin', jti: expect.any(String) },
      degraded: false,
    })
  })

  test('never reaches the handler, nor reads the body, of a request that it refuses', async () => {
    const app = guarded()
    const reached: string[] = []
    app.addHook('preParsing', async () => {
      reached.push('body')
    })
    app.post('/', async () => reached.push('handler'))
    const response = await fetch(await started(app), { method: 'POST', body: '{}' })
    expect(response.status).toBe(401)
    expect(reached).toEqual([])
  })

  test('guards its scope: routes declared before it too, and none outside', async () => {
    const app = fastify()
    app.get('/outside', async () => 'free')
    app.register(async (scope) => {
      scope.get('/before', async () => 'guarded')
      scope.register(requireToken, { tokens: world.tokens })
      scope.get('/after', async () => 'guarded')
      scope.register(async (inner) => inner.get('/within', async () => 'guarded'))
    })
    const url = await started(app)
    const statuses = ['/outside', '/before', '/after', '/within'].map(async (path) => (await fetch(url + path)).status)
    expect(await Promise.all(statuses)).toEqual([200, 401, 401, 401])
  })

  test('in a scope within a guarded scope, both must let pass', async () => {
    const app = guarded()
    app.register((scope, _options, done) => {
      scope.register(requireToken, { tokens: world.tokens, failPolicy: 'open' })
      scope.get(
        '/',
        withAuth(async ({ auth }) => ({ sub: auth.sub })),
      )
      done()
    })
    const token = await bearer()
    const url = await started(app)
    expect((await fetch(url, { headers: token })).status).toBe(200)
    world.goDown('rejects')
    expect((await fetch(url, { headers: token })).status).toBe(503)
  })

  test('guards unknown paths too if it is registered at the root, and else leaves them a 404', async () => {
    const root = await started(guarded())
    expect((await fetch(`${root}/nowhere`)).status).toBe(401)
    expect((await fetch(`${root}/nowhere`, { headers: await bearer() })).status).toBe(404)
    const app = fastify()
    app.register(async (scope) => {
      await scope.register(requireToken, { tokens: world.tokens })
    })
    expect((await get(app, '/nowhere')).status).toBe(404)
  })

  test('the policy of a route counts for more than that of the plugin', async () => {
    const app = fastify()
    app.register(requireToken, { tokens: world.tokens, failPolicy: 'open' })
    app.get('/news', async () => 'news')
    app.get('/money', { config: { failPolicy: 'closed' } }, async () => 'money')
    const token = await bearer()
    const url = await started(app)
    world.goDown('rejects')
    expect((await fetch(`${url}/news`, { headers: token })).status).toBe(200)
    expect((await fetch(`${url}/money`, { headers: token })).status).toBe(503)
  })

  test('a policy that is none refuses', async () => {
    const app = guarded()
    app.get('/', { config: { failPolicy: 'opne' as 'open' } }, async () => 'news')
    const token = await bearer()
    world.goDown('rejects')
    expect((await get(app, '/', token)).status).toBe(503)
  })

  test('a response schema and a preSerialization hook leave the refusal as it is', async () => {
    const app = guarded()
    app.addHook('preSerialization', async (_request, _reply, payload) => ({ wrapped: payload }))
    const schema = { response: { '4xx': { type: 'object', properties: { message: { type: 'string' } } } } }
    app.get('/', { schema }, async () => 'ok')
    const response = await get(app, '/')
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toEqual(missing.body)
  })

  test('takes the token from where getToken finds it', async () => {
    const app = fastify()
    app.register(requireToken, {
      tokens: world.tokens,
      getToken: ({ headers }) => /session=([^;]+)/.exec(headers.cookie ?? '')?.[1],
    })
    app.get(
      '/',
      withAuth(async ({ auth }) => ({ sub: auth.sub })),
    )
    const url = await started(app)
    const cookie = `session=${await world.tokens.issue({ sub: secrets.subject })}`
    expect((await fetch(url, { headers: { cookie } })).status).toBe(200)
    expect((await fetch(url, { headers: await bearer() })).status).toBe(401)
  })

  test('leaves the errors of handlers and of getToken to Fastify', async () => {
    const app = fastify()
    app.register(requireToken, {
      tokens: world.tokens,
      getToken: ({ headers }) => {
        if (headers['x-defect'] !== undefined) throw new Error('a defect of getToken')
        return headers.authorization?.slice('Bearer '.length)
      },
    })
    app.get('/', async () => {
      throw Object.assign(new Error('out of tea'), { statusCode: 418 })
    })
    const url = await started(app)
    const ofHandler = await fetch(url, { headers: await bearer() })
    expect(await ofHandler.json()).toMatchObject({ statusCode: 418, message: 'out of tea' })
    expect((await fetch(url, { headers: { 'x-defect': '1' } })).status).toBe(500)
  })

  test('wrong options fail the start', async () => {
    await expect(
      fastify()
        .register(requireToken, {} as never)
        .ready(),
    ).rejects.toThrow(TypeError)
    const options = { tokens: world.tokens, failPolicy: 'opne' as 'open' }
    await expect(fastify().register(requireToken, options).ready()).rejects.toThrow(/failPolicy/)
  })
})

describe('errorHandler', () => {
  test('answers the refusals of this library and of @fastify/jwt that a handler throws', async () => {
    const app = fastify()
    const told: unknown[] = []
    app.setErrorHandler(errorHandler({ onUnavailable: (error) => told.push(error) }))
    app.register(fastifyJwt, { secret: secrets.signingKey })
    app.get('/', async (request) => {
      await world.revocation.assertActive(await request.jwtVerify())
      return 'ok'
    })
    const url = await started(app)
    const headers = await bearer()
    await expectAnswer(await fetch(url), missing)
    world.goDown('rejects')
    await expectAnswer(await fetch(url, { headers }), unavailable)
    expect(told).toEqual([expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' })])
    world.comeBack()
    await world.revocation.revoke({ subject: secrets.subject })
    await expectAnswer(await fetch(url, { headers }), revoked)
  })

  test('passes every other error on, as it is, to the handler of the scope around', async () => {
    const app = fastify()
    const teapot = Object.assign(new Error('out of tea'), { statusCode: 418 })
    const seen: unknown[] = []
    app.setErrorHandler(async (error, _request, reply) => {
      seen.push(error)
      return reply.code(418).send('outer')
    })
    app.register(async (scope) => {
      scope.setErrorHandler(errorHandler())
      scope.get('/', async () => {
        throw teapot
      })
    })
    const response = await get(app, '/')
    expect([response.status, await response.text()]).toEqual([418, 'outer'])
    expect(seen).toEqual([teapot])
  })
})

describe('toHandler', () => {
  test('hands method, credentials and form to the endpoint, and sends its answer', async () => {
    const app = fastify()
    const type = 'application/x-www-form-urlencoded'
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))))
    })
    const echo = toHandler(async ({ method, authorization, form }) => ({
      status: 202,
      headers: { 'Cache-Control': 'no-store' },
      body: { method, authorization, form: await form() },
    }))
    app.post('/', echo)
    app.get(
      '/',
      toHandler(async () => ({ status: 200, headers: {} })),
    )
    const url = await started(app)
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
})

function guarded(): FastifyInstance {
  const app = fastify()
  app.register(requireToken, { tokens: world.tokens })
  return app
}

async function bearer(claims: Readonly<Record<string, unknown>> = {}): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await world.tokens.issue({ sub: secrets.subject, ...claims })}` }
}

async function started(app: FastifyInstance): Promise<string> {
  onTestFinished(() => app.close())
  return await app.listen({ host: '127.0.0.1', port: 0 })
}

async function get(app: FastifyInstance, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch((await started(app)) + path, { headers })
}
