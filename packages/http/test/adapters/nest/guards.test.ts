import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  HttpException,
  type INestApplication,
  Module,
  Req,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { type GuardedRequest, requireActive, requireToken, type Verified } from '@revoked/http/nest'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { expectAnswer } from '../../support/expect-answer.ts'
import { invalid, missing, revoked, unavailable } from '../../support/expectations.ts'
import { createWorld, secrets, type World } from '../../support/setup.ts'

let world: World
let reached: number
beforeEach(() => {
  world = createWorld()
  reached = 0
})

const platforms: readonly (readonly [string, (module: Type) => Promise<INestApplication>])[] = [
  ['Express', (module) => NestFactory.create(module, new ExpressAdapter(), { logger: false })],
  ['Fastify', (module) => NestFactory.create(module, new FastifyAdapter(), { logger: false })],
]

describe.for(platforms)('NestJS on %s', ([, create]) => {
  test('requireToken puts all claims into request.user, and never reaches the handler of a refused request', async () => {
    const url = await started(await create(moduleOf([requireToken({ tokens: world.tokens })])))
    const headers = await bearer({ sid: 'laptop', role: 'admin' })
    expect(await (await fetch(url, { headers })).json()).toMatchObject({
      user: { sub: secrets.subject, sid: 'laptop', role: 'admin', jti: expect.any(String) },
      degraded: false,
    })
    await world.revocation.revoke({ session: 'laptop' })
    await expectAnswer(await fetch(url, { headers }), revoked)
    expect(reached).toBe(1)
  })

  test('guards everything by useGlobalGuards, and by APP_GUARD with a factory', async () => {
    const app = await create(moduleOf([]))
    app.useGlobalGuards(requireToken({ tokens: world.tokens }))
    const provider = { provide: APP_GUARD, useFactory: () => requireToken({ tokens: world.tokens }) }
    for (const url of [await started(app), await started(await create(moduleOf([], [provider])))]) {
      await expectAnswer(await fetch(url), missing)
      expect((await fetch(url, { headers: await bearer() })).status).toBe(200)
    }
  })

  test('requireActive checks what the guard before it has verified, and leaves request.user as it is', async () => {
    const url = await started(await create(moduleOf([passport((claims) => claims), requireActive(world.revocation)])))
    const headers = await bearer()
    expect(await (await fetch(url, { headers })).json()).toMatchObject({
      user: { sub: secrets.subject },
      degraded: false,
    })
    await world.revocation.revoke({ subject: secrets.subject })
    await expectAnswer(await fetch(url, { headers }), revoked)
    world.goDown('rejects')
    await expectAnswer(await fetch(url, { headers }), unavailable)
  })

  test('requireActive finds claims elsewhere by getClaims, and refuses if there are none', async () => {
    const user = (claims: unknown) => ({ name: 'Alice', claims })
    const getClaims = (request: GuardedRequest & { user?: { claims: unknown } }) => request.user?.claims
    const active = requireActive(world.revocation, { getClaims })
    const url = await started(await create(moduleOf([passport(user), active])))
    expect((await fetch(url, { headers: await bearer() })).status).toBe(200)
    const unaware = await started(await create(moduleOf([passport(user), requireActive(world.revocation)])))
    await expectAnswer(await fetch(unaware, { headers: await bearer() }), invalid)
    const alone = await started(await create(moduleOf([requireActive(world.revocation)])))
    await expectAnswer(await fetch(alone, { headers: await bearer() }), invalid)
  })

  test('takes the token from where getToken finds it, and leaves the errors of others to Nest', async () => {
    const getToken = (request: GuardedRequest & { headers: { cookie?: string } }) => {
      if (request.headers.cookie === 'defect') throw new Error('S3CRET defect')
      return /token=(.+)/.exec(request.headers.cookie ?? '')?.[1]
    }
    const url = await started(await create(moduleOf([requireToken({ tokens: world.tokens, getToken })])))
    const cookie = `token=${await world.tokens.issue({ sub: secrets.subject })}`
    expect((await fetch(url, { headers: { cookie } })).status).toBe(200)
    const defect = await fetch(url, { headers: { cookie: 'defect' } })
    expect([defect.status, await defect.json()]).toEqual([500, { statusCode: 500, message: 'Internal server error' }])
    const teapot = await fetch(`${url}/teapot`, { headers: { cookie } })
    expect([teapot.status, await teapot.text()]).toEqual([418, '{"tea":"out"}'])
  })
})

test('the table convicts a guard that throws the errors of this library as they are', async () => {
  const naive: CanActivate = {
    canActivate: async (context) => {
      const { authorization = '' } = context.switchToHttp().getRequest<GuardedRequest>().headers
      await world.tokens.verify(authorization.slice('Bearer '.length))
      return true
    },
  }
  const url = await started(await NestFactory.create(moduleOf([naive]), { logger: false }))
  const headers = await bearer()
  await world.revocation.revoke({ subject: secrets.subject })
  await expect(expectAnswer(await fetch(url, { headers }), revoked)).rejects.toThrow()
})

test('refuses contexts other than HTTP, GraphQL and WebSocket', async () => {
  const context = {
    getType: () => 'rpc',
    getHandler: () => world,
    getClass: () => world,
  } as unknown as ExecutionContext
  await expect(requireToken({ tokens: world.tokens }).canActivate(context)).rejects.toThrow(
    /not for a context of type rpc/,
  )
  await expect(requireActive(world.revocation).canActivate(context)).rejects.toThrow(TypeError)
})

test('refuses wrong options', () => {
  expect(() => requireToken({} as never)).toThrow(TypeError)
  expect(() => requireActive({} as never)).toThrow(TypeError)
  expect(() => requireActive(world.revocation, { getClaims: 'claims' as never })).toThrow(/getClaims/)
  expect(() => requireActive(world.revocation, { failPolicy: 'opne' as 'open' })).toThrow(/failPolicy/)
})

/**
 * Stands for the guard of @nestjs/passport: verifies, and puts what its `validate` answers into
 * `request.user`.
 */
function passport(validate: (claims: unknown) => unknown): CanActivate {
  return {
    canActivate: async (context) => {
      const request = context.switchToHttp().getRequest<GuardedRequest & { user: unknown }>()
      const payload = request.headers.authorization?.split('.')[1] ?? ''
      request.user = validate(JSON.parse(Buffer.from(payload, 'base64url').toString()))
      return true
    },
  }
}

/** The decorators are applied by hand: the tests run without a compiler that knows them. */
function moduleOf(
  guards: readonly CanActivate[],
  providers: { provide: string; useFactory: () => unknown }[] = [],
): Type {
  class Routes {
    tell({ user, degraded }: Verified): object {
      reached += 1
      return { user, degraded }
    }
    teapot(): never {
      throw new HttpException({ tea: 'out' }, 418)
    }
  }
  Controller()(Routes)
  UseGuards(...guards)(Routes)
  Get()(Routes.prototype, 'tell', Object.getOwnPropertyDescriptor(Routes.prototype, 'tell') ?? {})
  Req()(Routes.prototype, 'tell', 0)
  Get('teapot')(Routes.prototype, 'teapot', Object.getOwnPropertyDescriptor(Routes.prototype, 'teapot') ?? {})
  class App {}
  Module({ controllers: [Routes], providers })(App)
  return App
}

async function bearer(claims: Readonly<Record<string, unknown>> = {}): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await world.tokens.issue({ sub: secrets.subject, ...claims })}` }
}

async function started(app: INestApplication): Promise<string> {
  onTestFinished(() => app.close())
  await app.listen(0, '127.0.0.1')
  return await app.getUrl()
}
