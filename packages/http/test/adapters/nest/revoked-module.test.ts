import 'reflect-metadata'
import { Controller, type DynamicModule, Get, HttpException, Module, type Type, UseGuards } from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import type { SubjectClaims } from '@revoked/http'
import { Public, RevocationGuard, RevokedModule, requireToken, TokenClaimsParam, TokenGuard } from '@revoked/http/nest'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { ask, bearer, reply } from '../../support/ask.ts'
import { missing, revoked } from '../../support/expectations.ts'
import { createWorld, secrets, type World } from '../../support/setup.ts'

let world: World
let token: string
beforeEach(async () => {
  world = createWorld()
  token = await world.tokens.issue({ sub: secrets.subject, role: 'admin' })
})

/** The decorators are applied by hand: the tests run without a compiler that knows them. */
function controllerOf(...guards: Parameters<typeof UseGuards>): Type {
  class Routes {
    me(claims: SubjectClaims, role: string): object {
      return { sub: claims.sub, role }
    }
    free(): object {
      return { free: true }
    }
  }
  Controller()(Routes)
  UseGuards(...guards)(Routes)
  decorate(Routes, 'me', Get())
  decorate(Routes, 'free', Get('free'), Public())
  TokenClaimsParam()(Routes.prototype, 'me', 0)
  TokenClaimsParam('role')(Routes.prototype, 'me', 1)
  return Routes
}

function decorate({ prototype }: Type, name: string, ...decorators: readonly MethodDecorator[]): void {
  for (const decorator of decorators) decorator(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) ?? {})
}

async function started(imports: DynamicModule[], controller: Type, providers: object[] = []): Promise<string> {
  class App {}
  Module({ imports, controllers: [controller], providers: providers as never })(App)
  const app = await NestFactory.create(App, { logger: false })
  onTestFinished(() => app.close())
  await app.listen(0, '127.0.0.1')
  return await app.getUrl()
}

test('forRoot gives TokenGuard its options, and @Public() handlers need no token', async () => {
  const imports = [RevokedModule.forRoot({ tokens: world.tokens })]
  const everywhere = { provide: APP_GUARD, useClass: TokenGuard }
  for (const url of [
    await started(imports, controllerOf(TokenGuard)),
    await started(imports, controllerOf(), [everywhere]),
  ]) {
    expect(await ask(url)).toEqual(reply(missing))
    expect(await ask(url, bearer(token))).toEqual({ status: 200, body: { sub: secrets.subject, role: 'admin' } })
    expect(await ask(`${url}/free`)).toEqual({ status: 200, body: { free: true } })
  }
})

test('forRootAsync gives the guards what other modules provide', async () => {
  class Store {}
  Module({ providers: [{ provide: 'WORLD', useValue: world }], exports: ['WORLD'] })(Store)
  const module = RevokedModule.forRootAsync({
    imports: [Store],
    inject: ['WORLD'],
    useFactory: async ({ tokens, revocation }: World) => ({ tokens, revocation }),
  })
  const url = await started([module], controllerOf(TokenGuard, RevocationGuard))
  expect((await ask(url, bearer(token))).status).toBe(200)
  await world.revocation.revoke({ subject: secrets.subject })
  expect(await ask(url, bearer(token))).toEqual(reply(revoked))
})

test('a guard without its option fails at the start', async () => {
  await expect(
    NestFactory.createApplicationContext(
      { module: class App {}, imports: [RevokedModule.forRoot({})], providers: [TokenGuard] },
      { logger: false, abortOnError: false },
    ),
  ).rejects.toThrow(TypeError)
})

describe('in other contexts than HTTP', () => {
  function contextOf(type: string, ...args: unknown[]): ExecutionContextHost {
    const context = new ExecutionContextHost(args, class {}, () => {})
    context.setType(type)
    return context
  }
  const headers = () => ({ authorization: `Bearer ${token}` })

  test('GraphQL: reads the request of the context', async () => {
    const request = { headers: headers() }
    const context = contextOf('graphql', {}, {}, { req: request }, {})
    expect(await requireToken({ tokens: world.tokens }).canActivate(context)).toBe(true)
    expect(request).toMatchObject({ user: { sub: secrets.subject }, degraded: false })
    await world.revocation.revoke({ subject: secrets.subject })
    const refusal = requireToken({ tokens: world.tokens }).canActivate(context)
    await expect(refusal).rejects.toMatchObject({ status: 401, response: revoked.body })
    await expect(refusal).rejects.toBeInstanceOf(HttpException)
  })

  test('WebSocket: reads the handshake of Socket.IO, or what getToken finds', async () => {
    const client = { handshake: { headers: headers() } }
    expect(await requireToken({ tokens: world.tokens }).canActivate(contextOf('ws', client, {}))).toBe(true)
    expect(client).toMatchObject({ user: { sub: secrets.subject } })
    const getToken = (socket: { readonly token?: string }) => socket.token
    const guard = requireToken({
      tokens: world.tokens,
      getToken,
      toException: ({ body }) => Object.assign(new Error('ws'), { body }),
    })
    expect(await guard.canActivate(contextOf('ws', { token }, {}))).toBe(true)
    await expect(guard.canActivate(contextOf('ws', {}, {}))).rejects.toMatchObject({
      message: 'ws',
      body: missing.body,
    })
  })
})
