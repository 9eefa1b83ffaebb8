import { errorHandler, isRevoked, requireToken, type TokenState, toHandler } from '@revoked/http/koa'
import Koa, { type Middleware } from 'koa'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { ask, bearer, reply } from '../../support/ask.ts'
import { missing, revoked, unavailable } from '../../support/expectations.ts'
import { serveKoa, tellUser } from '../../support/serve-koa.ts'
import { createWorld } from '../../support/setup.ts'

describe('requireToken', () => {
  test('puts the claims into state.user, and whether it is degraded beside them', async () => {
    const world = createWorld()
    const { url } = await serveKoa(
      requireToken({ tokens: world.tokens, failPolicy: 'open' }),
      ({ state, response }) => {
        response.body = state
      },
    )
    const token = await world.tokens.issue({ sub: 'alice', sid: 'laptop' })
    const user = expect.objectContaining({ sub: 'alice', sid: 'laptop', jti: expect.any(String) })
    expect((await ask(url, bearer(token))).body).toEqual({ user, degraded: false })
    world.goDown('rejects')
    expect((await ask(url, bearer(token))).body).toEqual({ user, degraded: true })
  })

  test('types the state of an app that is told', () => {
    const { tokens } = createWorld()
    new Koa<TokenState>().use(requireToken({ tokens })).use(({ state }) => {
      expectTypeOf(state.user.sub).toEqualTypeOf<string>()
      expectTypeOf(state.degraded).toEqualTypeOf<boolean>()
    })
  })

  test('never reaches the handler of a request that it refuses', async () => {
    const world = createWorld()
    let reached = 0
    const { url } = await serveKoa(requireToken({ tokens: world.tokens }), ({ response }) => {
      reached++
      response.body = {}
    })
    const token = await world.tokens.issue({ sub: 'alice' })
    expect(await ask(url)).toEqual(reply(missing))
    world.goDown('rejects')
    expect(await ask(url, bearer(token))).toEqual(reply(unavailable))
    world.comeBack()
    expect((await ask(url, bearer(token))).status).toBe(200)
    await world.tokens.revoke(token)
    expect(await ask(url, bearer(token))).toEqual(reply(revoked))
    expect(reached).toBe(1)
  })

  test('takes the token from where getToken finds it', async () => {
    const { tokens } = createWorld()
    const { url } = await serveKoa(requireToken({ tokens, getToken: ({ cookies }) => cookies.get('token') }), tellUser)
    const token = await tokens.issue({ sub: 'alice' })
    expect(await ask(url, { headers: { cookie: `token=${token}` } })).toEqual({ status: 200, body: { user: 'alice' } })
    expect(await ask(url, bearer(token))).toEqual(reply(missing))
  })

  test('leaves the errors of handlers to Koa', async () => {
    const { tokens } = createWorld()
    const defect = new Error('a defect')
    const { url, logged } = await serveKoa(requireToken({ tokens }), () => {
      throw defect
    })
    const response = await fetch(url, bearer(await tokens.issue({ sub: 'alice' })))
    expect(response.status).toBe(500)
    expect(logged).toEqual([defect])
  })

  test('leaves a defect of the verification to Koa, and does not reach the handler', async () => {
    const defect = new Error('a defect')
    const { url, logged } = await serveKoa(requireToken({ tokens: { verify: () => Promise.reject(defect) } }), tellUser)
    expect((await fetch(url, bearer('token'))).status).toBe(500)
    expect(logged).toEqual([defect])
  })
})

test('wrong options throw at set-up', () => {
  const { revocation, tokens } = createWorld()
  expect(() => requireToken({ tokens: {} as typeof tokens })).toThrow(TypeError)
  expect(() => requireToken({ tokens, failPolicy: 'half' as 'open' })).toThrow(TypeError)
  expect(() => isRevoked({} as typeof revocation)).toThrow(TypeError)
  expect(() => isRevoked(revocation, { failPolicy: 'half' as 'open' })).toThrow(TypeError)
})

describe('errorHandler', () => {
  test('answers what a handler finds out about a token', async () => {
    const world = createWorld()
    const claims = { sub: 'alice', jti: 'token', exp: Math.floor(Date.now() / 1_000) + 60 }
    const { url } = await serveKoa(errorHandler(), () => world.revocation.assertActive(claims))
    world.goDown('throws')
    expect(await ask(url)).toEqual(reply(unavailable))
    world.comeBack()
    await world.revocation.revoke({ subject: 'alice' })
    expect(await ask(url)).toEqual(reply(revoked))
  })

  test.for([
    ['a defect', new TypeError('a defect'), 500],
    ['a 401 of a handler', Object.assign(new Error('Log in'), { status: 401, expose: true }), 401],
    ['an error of jsonwebtoken that koa-jwt did not meet', named('JsonWebTokenError', 'jwt malformed'), 500],
  ] as const)('throws %s on', async ([, error, status]) => {
    const { url, logged } = await serveKoa(errorHandler(), () => {
      throw error
    })
    const response = await fetch(url)
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([status, null])
    expect(logged).toEqual([error])
  })

  test('leaves a response alone that is under way', async () => {
    const world = createWorld()
    world.goDown('rejects')
    const { url, logged } = await serveKoa(errorHandler(), async ({ res }) => {
      res.writeHead(200).end('done')
      await world.revocation.assertActive({ jti: 'token', exp: Math.floor(Date.now() / 1_000) + 60 })
    })
    expect(await (await fetch(url)).text()).toBe('done')
    await expect.poll(() => logged).toEqual([expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' })])
  })
})

describe('toHandler', () => {
  test('hands the method, the authorization and the parsed form to the endpoint', async () => {
    const { url } = await serveKoa(
      parseForm,
      toHandler(async ({ method, authorization, form }) => ({
        status: 207,
        headers: { 'cache-control': 'no-store' },
        body: { method, authorization, form: await form() },
      })),
    )
    const body = new URLSearchParams({ token: 'a b' })
    const response = await fetch(url, { method: 'POST', body, headers: { authorization: 'Basic YTpi' } })
    expect([response.status, response.headers.get('cache-control')]).toEqual([207, 'no-store'])
    expect(await response.json()).toEqual({ method: 'POST', authorization: 'Basic YTpi', form: { token: 'a b' } })
  })

  test('hands over no form if none was parsed, and sends an answer without a body', async () => {
    const forms: unknown[] = []
    const { url } = await serveKoa(
      toHandler(async ({ form }) => {
        forms.push(await form())
        return { status: 200, headers: {} }
      }),
    )
    const response = await fetch(url, { method: 'POST' })
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([200, '', null])
    expect(forms).toEqual([undefined])
  })

  test('leaves the errors of an endpoint to Koa', async () => {
    const defect = new Error('a defect')
    const { url, logged } = await serveKoa(toHandler(() => Promise.reject(defect)))
    expect((await fetch(url)).status).toBe(500)
    expect(logged).toEqual([defect])
  })
})

/** What a body parser does. */
const parseForm: Middleware = async ({ request, req }, next) => {
  let text = ''
  for await (const chunk of req) text += chunk
  Object.assign(request, { body: Object.fromEntries(new URLSearchParams(text)) })
  return next()
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name })
}
