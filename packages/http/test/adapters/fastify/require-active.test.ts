import { fastifyJwt as fastifyJwt10 } from '@fastify/jwt'
import { fastifyJwt as fastifyJwt9 } from '@fastify/jwt-9'
import { requireActive, withAuth } from '@revoked/http/fastify'
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { expectAnswer } from '../../support/expect-answer.ts'
import { missing, revoked, unavailable } from '../../support/expectations.ts'
import { createWorld, secrets, type World } from '../../support/setup.ts'

let world: World
beforeEach(() => {
  world = createWorld()
})

describe.for([
  ['9', fastifyJwt9],
  ['10', fastifyJwt10],
] as const)('requireActive with @fastify/jwt %s', ([, fastifyJwt]) => {
  const secret = secrets.signingKey

  test('leaves request.user as @fastify/jwt makes it, and reads the payload', async () => {
    const app = fastify()
    app.register(fastifyJwt, { secret, formatUser: () => ({ name: 'Alice' }), decode: { complete: true } })
    app.register(requireActive, { revocation: world.revocation })
    app.get(
      '/',
      withAuth(async ({ user, auth, degraded }) => ({ user, sub: auth.sub, degraded })),
    )
    const url = await started(app)
    const token = await world.tokens.issue({ sub: secrets.subject })
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(url, { headers })
    expect(await response.json()).toEqual({ user: { name: 'Alice' }, sub: secrets.subject, degraded: false })
    await world.tokens.revoke(token)
    expect((await fetch(url, { headers })).status).toBe(401)
  })

  test('goes with a namespace and another decorator', async () => {
    const app = fastify()
    app.register(fastifyJwt, { secret, namespace: 'admin', decoratorName: 'admin' })
    app.register(requireActive, { revocation: world.revocation, namespace: 'admin' })
    app.get('/', async (request) => ({ admin: (request as FastifyRequest & { admin: unknown }).admin }))
    const token = await world.tokens.issue({ sub: secrets.subject })
    const url = await started(app)
    const headers = { authorization: `Bearer ${token}` }
    expect(await (await fetch(url, { headers })).json()).toMatchObject({ admin: { sub: secrets.subject } })
    await world.tokens.revoke(token)
    expect((await fetch(url, { headers })).status).toBe(401)
  })

  test('a token that another hook has verified does not vouch for the one that is checked', async () => {
    const app = fastify()
    app.register(fastifyJwt, { secret })
    app.addHook('onRequest', async (request) => {
      const elsewhere = { onlyCookie: false, extractToken: () => request.headers['x-token'] }
      await request.jwtVerify(elsewhere)
    })
    app.register(requireActive, { revocation: world.revocation })
    app.get('/', async ({ user }) => user)
    const url = await started(app)
    const verified = await world.tokens.issue({ sub: 'verified' })
    const [header, payload] = (await world.tokens.issue({ sub: 'forged' })).split('.')
    const forged = `Bearer ${header}.${payload}.${'A'.repeat(43)}`
    const response = await fetch(url, { headers: { 'x-token': verified, authorization: forged } })
    expect(response.status).toBe(401)
  })

  test('a token that extractToken does not find is missing', async () => {
    const app = fastify()
    app.register(fastifyJwt, { secret, verify: { extractToken: ({ headers }) => headers.cookie } })
    app.register(requireActive, { revocation: world.revocation })
    app.get('/', async () => 'ok')
    await expectAnswer(await get(app, '/'), missing)
  })

  test('leaves a defect of the set-up to Fastify', async () => {
    const app = fastify()
    const keys = () => Promise.reject(new Error('no keys'))
    app.register(fastifyJwt, { secret: keys })
    app.register(requireActive, { revocation: world.revocation })
    app.get('/', async () => 'ok')
    expect((await get(app, '/', await bearer())).status).toBe(500)
  })

  test('must be registered after @fastify/jwt, with a revocation', async () => {
    const early = fastify().register(requireActive, { revocation: world.revocation })
    await expect(early.ready()).rejects.toThrow(/Register @fastify\/jwt before/)
    const without = fastify()
      .register(fastifyJwt, { secret })
      .register(requireActive, {} as never)
    await expect(without.ready()).rejects.toThrow(TypeError)
  })
})

test('the table convicts `trusted` of @fastify/jwt in place of requireActive', async () => {
  const app = fastify()
  app.register(fastifyJwt10, {
    secret: secrets.signingKey,
    trusted: async (_request, claims) => !(await world.revocation.isRevoked(claims)),
  })
  app.addHook('onRequest', async (request) => request.jwtVerify().then(() => {}))
  app.get('/', async () => 'ok')
  const url = await started(app)
  const headers = await bearer()
  await world.revocation.revoke({ subject: secrets.subject })
  await expect(expectAnswer(await fetch(url, { headers }), revoked)).rejects.toThrow()
  world.goDown('rejects')
  await expect(expectAnswer(await fetch(url, { headers }), unavailable)).rejects.toThrow()
})

async function bearer(): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await world.tokens.issue({ sub: secrets.subject })}` }
}

async function started(app: FastifyInstance): Promise<string> {
  onTestFinished(() => app.close())
  return await app.listen({ host: '127.0.0.1', port: 0 })
}

async function get(app: FastifyInstance, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch((await started(app)) + path, { headers })
}
