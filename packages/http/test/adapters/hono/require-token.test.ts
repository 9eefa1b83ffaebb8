import { getRequestListener } from '@hono/node-server'
import { errorHandler, requireActive, requireToken, toHandler } from '@revoked/http/hono'
import { type Env, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie } from 'hono/cookie'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import { jwt } from 'hono/jwt'
import { afterEach, beforeEach, describe, expect, expectTypeOf, onTestFinished, test, vi } from 'vitest'
import { ask, bearer, reply } from '../../support/ask.ts'
import { invalid, malformed, missing, revoked, unavailable } from '../../support/expectations.ts'
import { listen } from '../../support/listen.ts'
import { startBareHonoJwt } from '../../support/servers/hono-jwt.ts'
import { createWorld } from '../../support/setup.ts'

/** Serves an app while the test runs. */
async function serveApp<E extends Env>(app: Hono<E>): Promise<string> {
  const { url, close } = await listen(getRequestListener(app.fetch))
  onTestFinished(close)
  return url
}

describe('requireToken', () => {
  test('puts the claims where hono/jwt does, typed, and whether it is degraded beside them', async () => {
    const { tokens, goDown } = createWorld()
    const app = new Hono().get('/', requireToken({ tokens, failPolicy: 'open' }), (c) => {
      const { sub, sid } = c.get('jwtPayload')
      expectTypeOf(sub).toEqualTypeOf<string>()
      expectTypeOf(c.get('degraded')).toEqualTypeOf<boolean>()
      return c.json([sub, sid, c.get('degraded')])
    })
    const url = await serveApp(app)
    const token = await tokens.issue({ sub: 'alice', sid: 'laptop' })
    expect(await ask(url, bearer(token))).toEqual({ status: 200, body: ['alice', 'laptop', false] })
    goDown('rejects')
    expect(await ask(url, bearer(token))).toEqual({ status: 200, body: ['alice', 'laptop', true] })
  })

  test('never reaches the handler of a request that it refuses', async () => {
    const { tokens, goDown, comeBack } = createWorld()
    let reached = 0
    const app = new Hono().use(requireToken({ tokens })).get('/', (c) => c.json(++reached))
    const url = await serveApp(app)
    const token = await tokens.issue({ sub: 'alice' })
    expect(await ask(url)).toEqual(reply(missing))
    goDown('rejects')
    expect(await ask(url, bearer(token))).toEqual(reply(unavailable))
    comeBack()
    expect((await ask(url, bearer(token))).status).toBe(200)
    await tokens.revoke(token)
    expect(await ask(url, bearer(token))).toEqual(reply(revoked))
    expect(reached).toBe(1)
  })

  test('takes the token from where getToken finds it', async () => {
    const { tokens } = createWorld()
    const app = new Hono().use(requireToken({ tokens, getToken: (c) => getCookie(c, 'token') }))
    const url = await serveApp(app.get('/', (c) => c.json('passed')))
    const token = await tokens.issue({ sub: 'alice' })
    expect(await ask(url, { headers: { cookie: `token=${token}` } })).toEqual({ status: 200, body: 'passed' })
    expect(await ask(url, bearer(token))).toEqual(reply(missing))
  })

  test('keeps the headers that other middlewares set', async () => {
    const { tokens } = createWorld()
    const response = await new Hono().use(cors(), requireToken({ tokens })).request('/')
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([401, '*'])
  })

  test('leaves the errors of handlers, and defects of the verification, to the app', async () => {
    const { tokens } = createWorld()
    const defect = new Error('a defect')
    const app = new Hono()
      .get('/handler', requireToken({ tokens }), () => Promise.reject(defect))
      .get('/verification', requireToken({ tokens: { verify: () => Promise.reject(defect) } }), (c) => c.json('passed'))
    const seen: Error[] = []
    app.onError((error, c) => c.json(seen.push(error), 500))
    const url = await serveApp(app)
    const token = await tokens.issue({ sub: 'alice' })
    expect((await ask(`${url}/handler`, bearer(token))).status).toBe(500)
    expect((await ask(`${url}/verification`, bearer(token))).status).toBe(500)
    expect(seen).toEqual([defect, defect])
  })
})

describe('requireActive', () => {
  test('checks what any verification before it put into jwtPayload', async () => {
    const { revocation } = createWorld()
    const payload = { sub: 'alice', jti: 'token', exp: Math.floor(Date.now() / 1_000) + 60 }
    const app = new Hono<{ Variables: { jwtPayload: object } }>()
    app.use((c, next) => {
      c.set('jwtPayload', payload)
      return next()
    })
    app.get('/', requireActive(revocation), (c) => c.json([c.get('jwtPayload').sub, c.get('degraded')]))
    const url = await serveApp(app)
    expect(await ask(url)).toEqual({ status: 200, body: ['alice', false] })
    await revocation.revoke({ subject: 'alice' })
    expect(await ask(url)).toEqual(reply(revoked))
  })

  test('refuses every request if nothing was verified before it', async () => {
    const { revocation, tokens } = createWorld()
    const url = await serveApp(
      new Hono().get('/', requireActive(revocation, { failPolicy: 'open' }), (c) => c.json({})),
    )
    expect(await ask(url, bearer(await tokens.issue({ sub: 'alice' })))).toEqual(reply(invalid))
  })
})

test('wrong options throw at set-up', () => {
  const { revocation, tokens } = createWorld()
  expect(() => requireToken({ tokens: {} as typeof tokens })).toThrow(TypeError)
  expect(() => requireToken({ tokens, failPolicy: 'half' as 'open' })).toThrow(TypeError)
  expect(() => requireActive({} as typeof revocation)).toThrow(TypeError)
  expect(() => requireActive(revocation, { failPolicy: 'half' as 'open' })).toThrow(TypeError)
})

describe('errorHandler', () => {
  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
  })
  afterEach(() => vi.restoreAllMocks())

  test('is needed: hono/jwt answers a malformed header with 401, and tells its URL', async () => {
    const { options } = createWorld()
    const { url, close } = await startBareHonoJwt(options)
    onTestFinished(close)
    const response = await fetch(`${url}/closed`, { headers: { authorization: 'Bearer a b' } })
    expect([response.status, await response.text()]).toEqual([401, 'Unauthorized'])
    expect(response.headers.get('www-authenticate')).toContain(`realm="${url}/closed"`)
  })

  test('answers what a handler finds out about a token, in apps within the app too', async () => {
    const { revocation, goDown, comeBack, options, outagesTold } = createWorld()
    const claims = { sub: 'alice', jti: 'token', exp: Math.floor(Date.now() / 1_000) + 60 }
    const inner = new Hono().get('/', async (c) => c.json(await revocation.assertActive(claims)))
    const app = new Hono().route('/inner', inner).onError(errorHandler({ onUnavailable: options.onUnavailable }))
    const url = `${await serveApp(app)}/inner`
    goDown('throws')
    expect(await ask(url)).toEqual(reply(unavailable))
    expect(outagesTold).toEqual([expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' })])
    comeBack()
    await revocation.revoke({ subject: 'alice' })
    expect(await ask(url)).toEqual(reply(revoked))
  })

  test('keeps the headers that others set before hono/jwt refused', async () => {
    const app = new Hono().use(cors(), jwt({ secret: 'secret', alg: 'HS256' })).onError(errorHandler())
    const response = await app.request('/', { headers: { authorization: 'Bearer a b' } })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect({ status: response.status, body: await response.json() }).toEqual(reply(malformed))
  })

  test('knows a token whose payload is null, which hono/jwt stumbles over', async () => {
    const app = new Hono().use(jwt({ secret: 'secret', alg: 'HS256' })).onError(errorHandler())
    const parts = ['{"alg":"HS256"}', 'null', 'signature']
    const token = parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
    const response = await app.request('/', bearer(token))
    expect({ status: response.status, body: await response.json() }).toEqual(reply(invalid))
  })

  const others: readonly (readonly [string, () => Error])[] = [
    ['a defect', () => new TypeError('a defect')],
    [
      'a refusal of a handler',
      () => new HTTPException(401, { message: 'Unauthorized', cause: new Error('no session') }),
    ],
    [
      'an exception with a response',
      () => new HTTPException(418, { res: new Response('short', { headers: { a: 'b' } }) }),
    ],
  ]

  test.for(others)('hands %s to otherwise', async ([, create]) => {
    const error = create()
    const seen: Error[] = []
    const app = new Hono().get('/', () => Promise.reject(error))
    app.onError(errorHandler({ otherwise: (other, c) => c.json(seen.push(other), 500) }))
    expect((await app.request('/')).status).toBe(500)
    expect(seen).toEqual([error])
  })

  test.for(others)('without otherwise, answers %s as Hono does', async ([, create]) => {
    const logged = vi.spyOn(console, 'error')
    const apps = [new Hono(), new Hono().onError(errorHandler())].map((app) =>
      app.use(cors()).get('/', () => Promise.reject(create())),
    )
    const [byHono, byUs] = await Promise.all(apps.map(async (app) => told(await app.request('/'))))
    expect(byUs).toEqual(byHono)
    expect(logged.mock.calls).toEqual(create() instanceof HTTPException ? [] : [[create()], [create()]])
  })
})

async function told(response: Response): Promise<object> {
  return { status: response.status, headers: [...response.headers], text: await response.text() }
}

function entriesOf(form: unknown): unknown {
  return form instanceof URLSearchParams ? [...form] : form
}

describe('toHandler', () => {
  const echo = toHandler(async ({ method, authorization, form }) => ({
    status: 207,
    headers: { 'cache-control': 'no-store' },
    body: { method, authorization, form: entriesOf(await form()) },
  }))

  test('hands the method, the authorization and the parsed form to the endpoint', async () => {
    const url = await serveApp(new Hono().post('/', echo))
    const body = new URLSearchParams('token=a+b&token=c')
    const response = await fetch(url, { method: 'POST', body, headers: { authorization: 'Basic YTpi' } })
    expect([response.status, response.headers.get('cache-control')]).toEqual([207, 'no-store'])
    const form = [
      ['token', 'a b'],
      ['token', 'c'],
    ]
    expect(await response.json()).toEqual({ method: 'POST', authorization: 'Basic YTpi', form })
  })

  test('hands over no form if the body is of another type', async () => {
    const url = await serveApp(new Hono().all('/', echo))
    expect(await ask(url)).toEqual({ status: 207, body: { method: 'GET' } })
    const init = { method: 'POST', body: 'token=a', headers: { 'content-type': 'text/plain' } }
    expect(await ask(url, init)).toEqual({ status: 207, body: { method: 'POST' } })
  })

  test('goes behind what has read the body, and behind hono/body-limit', async () => {
    const app = new Hono().use(bodyLimit({ maxSize: 100, onError: (c) => c.json('too long', 413) }))
    app.use(async (c, next) => {
      await c.req.text()
      return next()
    })
    const url = await serveApp(app.post('/', echo))
    const short = await ask(url, { method: 'POST', body: new URLSearchParams({ token: 'a' }) })
    expect(short.body).toEqual({ method: 'POST', form: [['token', 'a']] })
    const long = await ask(url, { method: 'POST', body: new URLSearchParams({ token: 'a'.repeat(100) }) })
    expect(long).toEqual({ status: 413, body: 'too long' })
  })

  test('sends an answer without a body', async () => {
    const url = await serveApp(
      new Hono().post(
        '/',
        toHandler(async () => ({ status: 200, headers: { a: 'b' } })),
      ),
    )
    const response = await fetch(url, { method: 'POST' })
    expect([response.status, response.headers.get('a'), await response.text()]).toEqual([200, 'b', ''])
    expect(response.headers.get('content-type')).toBe(null)
  })
})
