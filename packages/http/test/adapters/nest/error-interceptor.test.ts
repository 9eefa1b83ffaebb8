import {
  Body,
  type CallHandler,
  Controller,
  type ExecutionContext,
  HttpException,
  type INestApplication,
  Module,
  Post,
  Req,
  Res,
  type Type,
  UseInterceptors,
} from '@nestjs/common'
import { APP_INTERCEPTOR, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { TokenRevokedError } from '@revoked/core'
import type { Endpoint } from '@revoked/http'
import { errorHandler, type GuardedRequest, requireToken, toHandler } from '@revoked/http/nest'
import { firstValueFrom, throwError } from 'rxjs'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { expectAnswer } from '../../support/expect-answer.ts'
import { missing, revoked, unavailable } from '../../support/expectations.ts'
import { createOAuthWorld, type OAuthWorld, outages } from '../../support/oauth-setup.ts'
import { secrets } from '../../support/setup.ts'

type Interceptor = ReturnType<typeof errorHandler>
type Create = (module: Type) => Promise<INestApplication>

let world: OAuthWorld
let told: [unknown, GuardedRequest][]
let interceptor: Interceptor
beforeEach(() => {
  world = createOAuthWorld()
  told = []
  interceptor = errorHandler({ onUnavailable: (error, request) => told.push([error, request]) })
})

const platforms: readonly (readonly [string, Create])[] = [
  ['Express', (module) => NestFactory.create(module, new ExpressAdapter(), { logger: false })],
  ['Fastify', (module) => NestFactory.create(module, new FastifyAdapter(), { logger: false })],
]

/** Where the interceptor can be put, so that it is around the handler `refresh`. */
const places: readonly (readonly [string, (create: Create) => Promise<INestApplication>])[] = [
  ['app.useGlobalInterceptors', async (create) => (await create(moduleOf())).useGlobalInterceptors(interceptor)],
  ['APP_INTERCEPTOR', (create) => create(moduleOf({ global: interceptor }))],
  ['@UseInterceptors on a handler', (create) => create(moduleOf({ refresh: interceptor }))],
]

describe.for(platforms)('NestJS on %s', ([, create]) => {
  describe.for(places)('errorHandler by %s', ([, put]) => {
    test('answers a spent refresh token with 401, and all else as before', async () => {
      const post = await started(await put(create))
      const { refreshToken } = await world.tokens.issuePair({ sub: secrets.subject })
      const first = await post('/refresh', refreshToken)
      expect(first.status).toBe(201)
      await expectAnswer(await post('/refresh', refreshToken), revoked)
      await expectAnswer(await post('/refresh', await first.text()), revoked)
      expect(told).toEqual([])
    })

    test.for(outages)('answers 503 while the store %s, and tells why, and for which request', async (how) => {
      const post = await started(await put(create))
      const { refreshToken } = await world.tokens.issuePair({ sub: secrets.subject })
      world.goDown(how)
      await expectAnswer(await post('/refresh', refreshToken), unavailable)
      const request = expect.objectContaining({ method: 'POST', url: '/refresh' })
      expect(told).toEqual([[expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' }), request]])
      world.comeBack()
      expect((await post('/refresh', refreshToken)).status).toBe(201)
    })

    test('leaves every other exception to Nest', async () => {
      const post = await started(await put(create))
      const teapot = await post('/teapot')
      expect([teapot.status, await teapot.text()]).toEqual([418, '{"tea":"out"}'])
      const defect = await post('/defect')
      expect([defect.status, await defect.json()]).toEqual([500, { statusCode: 500, message: 'Internal server error' }])
      expect(told).toEqual([])
    })
  })

  test('errorHandler is for the handlers that it is put around, and for them alone', async () => {
    const post = await started(await create(moduleOf({ refresh: interceptor })))
    const other = await post('/other')
    expect([other.status, other.headers.get('www-authenticate')]).toEqual([401, null])
    await expect(expectAnswer(other, revoked)).rejects.toThrow()
    const everywhere = await started((await create(moduleOf())).useGlobalInterceptors(interceptor))
    await expectAnswer(await everywhere('/other'), revoked)
    await expectAnswer(await everywhere('/stream'), revoked)
  })

  test('errorHandler leaves the refusals of a guard as they are', async () => {
    const app = await create(moduleOf({ global: interceptor }))
    app.useGlobalGuards(requireToken({ tokens: world.tokens, onUnavailable: (error) => told.push([error, never]) }))
    const post = await started(app)
    await expectAnswer(await post('/teapot'), missing)
    const headers = { authorization: `Bearer ${await world.tokens.issue({ sub: secrets.subject })}` }
    expect((await post('/teapot', '', headers)).status).toBe(418)
    world.goDown('rejects')
    await expectAnswer(await post('/teapot', '', headers), unavailable)
    expect(told.length).toBe(1)
  })

  describe('toHandler', () => {
    const echo: Endpoint = async ({ method, authorization, form }) => ({
      status: 207,
      headers: { 'Cache-Control': 'no-store', 'X-Two': 'b' },
      body: { method, authorization, form: await form() },
    })

    test('hands method, authorization and form over, and sends the whole answer', async () => {
      const post = await started(await create(moduleOf({ endpoint: echo })))
      const response = await post('/served', 'token=a+b', { authorization: 'Basic YTpi' })
      const names = ['cache-control', 'x-two', 'content-type']
      const headers = names.map((name) => response.headers.get(name))
      expect([response.status, ...headers]).toEqual([
        207,
        'no-store',
        'b',
        expect.stringMatching(/^application\/json\b/),
      ])
      expect(await response.json()).toEqual({
        method: 'POST',
        authorization: 'Basic YTpi',
        form: { token: 'a b' },
      })
    })

    test.for([200, 204, 400])('sends an answer of %i without a body', async (status) => {
      const post = await started(await create(moduleOf({ endpoint: async () => ({ status, headers: { a: 'b' } }) })))
      const response = await post('/served')
      expect([response.status, response.headers.get('a'), await response.text()]).toEqual([status, 'b', ''])
      expect(response.headers.get('content-type')).toBe(null)
    })

    test('leaves a defect to Nest', async () => {
      const post = await started(await create(moduleOf({ endpoint: () => Promise.reject(new Error('S3CRET')) })))
      const response = await post('/served')
      expect([response.status, await response.json()]).toEqual([
        500,
        { statusCode: 500, message: 'Internal server error' },
      ])
    })
  })
})

test('errorHandler throws on what did not come by HTTP', async () => {
  const context = { getType: () => 'rpc' } as unknown as ExecutionContext
  const error = new TokenRevokedError('jti')
  const next: CallHandler = { handle: () => throwError(() => error) }
  const outcome = await interceptor.intercept(context, next)
  await expect(firstValueFrom(outcome)).rejects.toBe(error)
})

/** No request at all. */
const never = { method: '', headers: {} }

interface Setup {
  readonly global?: Interceptor
  readonly refresh?: Interceptor
  readonly endpoint?: Endpoint
}

/** The decorators are applied by hand: the tests run without a compiler that knows them. */
function moduleOf({ global, refresh, endpoint = async () => ({ status: 200, headers: {} }) }: Setup = {}): Type {
  const answer = toHandler(endpoint)
  class Routes {
    async refresh({ token }: { readonly token: string }): Promise<string> {
      return (await world.tokens.rotate(token)).refreshToken
    }
    async other(): Promise<never> {
      throw new TokenRevokedError('jti')
    }
    stream(): unknown {
      return throwError(() => new TokenRevokedError('jti'))
    }
    teapot(): never {
      throw new HttpException({ tea: 'out' }, 418)
    }
    defect(): never {
      throw new Error('S3CRET defect')
    }
    served(...[request, response]: Parameters<typeof answer>): Promise<void> {
      return answer(request, response)
    }
  }
  Controller()(Routes)
  for (const name of ['refresh', 'other', 'stream', 'teapot', 'defect', 'served'] as const)
    route(Routes, name, Post(name))
  if (refresh !== undefined) route(Routes, 'refresh', UseInterceptors(refresh))
  Body()(Routes.prototype, 'refresh', 0)
  Req()(Routes.prototype, 'served', 0)
  Res()(Routes.prototype, 'served', 1)
  class App {}
  const providers = global === undefined ? [] : [{ provide: APP_INTERCEPTOR, useValue: global }]
  Module({ controllers: [Routes], providers })(App)
  return App
}

function route({ prototype }: Type, name: string, decorate: MethodDecorator): void {
  decorate(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) ?? {})
}

/** Posts a refresh token, or a whole form, to a path. */
async function started(app: INestApplication) {
  onTestFinished(() => app.close())
  await app.listen(0, '127.0.0.1')
  const url = await app.getUrl()
  return (path: string, given = '', headers: Readonly<Record<string, string>> = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers,
      body: new URLSearchParams(given.includes('=') ? given : { token: given }),
      signal: AbortSignal.timeout(5_000),
    })
}
