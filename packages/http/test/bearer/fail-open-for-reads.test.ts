import { failOpenForReads } from '@revoked/http'
import { Hono } from 'hono'
import type { Middleware } from 'koa'
import { describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { serveKoa } from '../support/serve-koa.ts'
import { createWorld, secrets } from '../support/setup.ts'

const reads = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'get', 'Head']
const writes = ['POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'PROPFIND', 'QUERY', 'post', 'GETS', ' GET', '']

describe.for([
  ['a request', (method: string) => ({ method })],
  ['a context', (method: string) => ({ req: { method } })],
  // As Koa has it: the request of Node counts, which is what the method of the context reads.
  ['a context with a method of its own', (method: string) => ({ req: { method }, method: 'S3CRET' })],
] as const)('of %s', ([, from]) => {
  test.for(reads)('%j is a read', (method) => {
    expect(failOpenForReads(from(method))).toBe('open')
  })

  test.for(writes)('%j is none', (method) => {
    expect(failOpenForReads(from(method))).toBe('closed')
  })
})

test('takes the requests of the Fetch Standard', () => {
  const decisions = ['GET', 'POST'].map((method) => failOpenForReads(new Request('https://api.example', { method })))
  expect(decisions).toEqual(['open', 'closed'])
})

test('takes the contexts of Koa, and follows a middleware that changes the method', async () => {
  const app: Middleware = (context) => {
    const before = failOpenForReads(context)
    context.method = 'DELETE'
    context.body = [before, failOpenForReads(context), failOpenForReads(context.request)]
  }
  const { url } = await serveKoa(app)
  expect((await ask(url)).body).toEqual(['open', 'closed', 'closed'])
  expect((await ask(url, { method: 'POST' })).body).toEqual(['closed', 'closed', 'closed'])
})

test('takes the contexts of Hono, and their requests', async () => {
  const app = new Hono().all('/', (c) =>
    c.json([failOpenForReads(c), failOpenForReads(c.req), failOpenForReads(c.req.raw)]),
  )
  expect(await (await app.request('/')).json()).toEqual(['open', 'open', 'open'])
  expect(await (await app.request('/', { method: 'PUT' })).json()).toEqual(['closed', 'closed', 'closed'])
})

test.for([{}, { req: {} }, { req: undefined }, { method: 1 }])(
  'says never open of %j, which has no method',
  async (request) => {
    const { revocation, goDown } = createWorld()
    goDown('rejects')
    const failPolicy = () => failOpenForReads(request as never)
    expect(failPolicy).toThrow(TypeError)
    const now = Math.floor(Date.now() / 1_000)
    const claims = { sub: secrets.subject, jti: crypto.randomUUID(), iat: now, exp: now + 60 }
    expect((await revocation.check(claims, { failPolicy })).allowed).toBe(false)
    expect((await revocation.check(claims, { failPolicy: 'open' })).allowed).toBe(true)
  },
)
