import { errorHandler, requireActive, requireToken, withAuth } from '@revoked/http/express'
import express, { type Express as Application, type ErrorRequestHandler } from 'express'
import { expressjwt, type Request as JwtRequest } from 'express-jwt'
import { beforeEach, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { ask, bearer, reply } from '../../support/ask.ts'
import { invalid, revoked, unavailable } from '../../support/expectations.ts'
import { listen } from '../../support/listen.ts'
import { createWorld, secrets, type World } from '../../support/setup.ts'

/** What express-oauth2-jwt-bearer declares, in the project of all these tests. */
interface AuthResult {
  readonly header: object
  readonly payload: { readonly sub?: string }
  readonly token: string
}
declare global {
  // biome-ignore lint/style/noNamespace: this is how the types of Express are extended.
  namespace Express {
    interface Request {
      auth?: AuthResult
    }
  }
}

let world: World
beforeEach(() => {
  world = createWorld()
})

async function started(build: (app: Application) => void): Promise<string> {
  const app = express().set('env', 'test')
  build(app)
  const server = await listen(app)
  onTestFinished(() => server.close())
  return server.url
}

const answer500: ErrorRequestHandler = (error, _request, response, _next) => {
  response.status(500).json({ name: error.name })
}

test('revokes the subject of request.auth, beside the types of other libraries', async () => {
  const url = await started((app) =>
    app.post(
      '/',
      requireToken({ tokens: world.tokens }),
      withAuth(async (request, response) => {
        expectTypeOf(request.auth.sub).toEqualTypeOf<string>()
        await world.revocation.revoke({ subject: request.auth.sub })
        response.json({})
      }),
    ),
  )
  const token = await world.tokens.issue({ sub: secrets.subject })
  expect(await ask(url, { ...bearer(token), method: 'POST' })).toEqual({ status: 200, body: {} })
  expect(await ask(url, { ...bearer(token), method: 'POST' })).toEqual(reply(revoked))
  expectTypeOf<JwtRequest['auth']>().not.toBeAny()
})

test('a handler without a guard in front is a defect', async () => {
  const url = await started((app) =>
    app.get(
      '/',
      withAuth(() => undefined),
      answer500,
    ),
  )
  expect(await ask(url)).toEqual({ status: 500, body: { name: 'TypeError' } })
})

test('a wrong argument in a handler is no 401', async () => {
  const url = await started((app) => {
    app.get('/', async () => {
      await world.revocation.revoke({ subject: 42 as never })
    })
    app.use(errorHandler(), answer500)
  })
  expect(await ask(url)).toEqual({ status: 500, body: { name: 'TypeError' } })
})

test.each<[string, object, number]>([
  ['the result of express-oauth2-jwt-bearer', {}, 401],
  ['a token with claims of these names', { jti: 'its own' }, 200],
])('requireActive reads the right claims of %s', async (_, own, status) => {
  const iat = Math.floor(Date.now() / 1_000) - 10
  const claims = { sub: 'ada', iat, exp: iat + 900 }
  await world.revocation.revoke({ token: { ...claims, jti: 'inner' } })
  const auth = { header: {}, token: 'a.b.c', payload: { ...claims, jti: 'inner' }, ...own }
  const url = await started((app) =>
    app.get(
      '/',
      (request, _response, next) => {
        Object.assign(request, { auth: status === 200 ? { ...claims, ...auth } : auth })
        next()
      },
      requireActive(world.revocation),
      (_request, response) => void response.json({}),
    ),
  )
  expect((await ask(url)).status).toBe(status)
})

test('requireActive checks the claims of express-jwt, and those of getClaims', async () => {
  const { revocation } = world
  const verify = expressjwt({ secret: secrets.signingKey, algorithms: ['HS256'] })
  const url = await started((app) => {
    app.get('/', verify, requireActive(revocation), (_request, response) => void response.json({}))
    app.get('/alone', requireActive(revocation))
    const getClaims = async ({ headers }: express.Request) =>
      JSON.parse(Buffer.from(headers.authorization?.split('.')[1] ?? '', 'base64url').toString())
    app.get(
      '/elsewhere',
      requireActive(revocation, { getClaims }),
      withAuth(({ auth }, response) => response.json({ sub: auth.sub })),
    )
  })
  const token = await world.tokens.issue({ sub: secrets.subject })
  expect((await ask(url, bearer(token))).status).toBe(200)
  expect((await ask(`${url}/elsewhere`, bearer(token))).body).toEqual({ sub: secrets.subject })
  expect(await ask(`${url}/alone`, bearer(token))).toEqual(reply(invalid))
  await revocation.revoke({ subject: secrets.subject })
  expect(await ask(url, bearer(token))).toEqual(reply(revoked))
  expect(await ask(`${url}/elsewhere`, bearer(token))).toEqual(reply(revoked))
  world.goDown('rejects')
  expect(await ask(url, bearer(token))).toEqual(reply(unavailable))
})
