import { server as createHapi } from '@hapi/hapi'
import { answerFor, logoutEndpoint } from '@revoked/http'
import { requireToken as requireTokenOfHapi, toHandler as serveWithHapi } from '@revoked/http/hapi'
import { requireToken as requireTokenOfKoa, toHandler as serveWithKoa } from '@revoked/http/koa'
import Koa from 'koa'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../support/listen.ts'
import { createWorld } from '../support/setup.ts'

// Applications add to bodies on their way out. What one client is told must not be told to the
// next.

test('what Koa middleware writes into a refusal is not seen by the next client', async () => {
  const { tokens } = createWorld()
  const app = new Koa()
  app.use(async (context, next) => {
    await next()
    const requestId = context.get('x-request-id')
    if (requestId !== '') Object.assign(context.body as object, { requestId })
  })
  const logOut = serveWithKoa(logoutEndpoint({ tokens }))
  const protect = requireTokenOfKoa({ tokens })
  app.use((context, next) => (context.path === '/logout' ? logOut(context, next) : protect(context as never, next)))
  const server = await listen(app.callback())
  onTestFinished(() => server.close())
  await expectSeparate(server.url)
})

test('what hapi extensions write into a refusal is not seen by the next client', async () => {
  const { tokens } = createWorld()
  const app = createHapi({ host: '127.0.0.1' })
  app.auth.scheme('revoked', requireTokenOfHapi({ tokens }))
  app.auth.strategy('token', 'revoked', { failPolicy: 'open' })
  app.route({ method: '*', path: '/logout', handler: serveWithHapi(logoutEndpoint({ tokens })) })
  app.route({ method: 'GET', path: '/me', options: { auth: { strategies: ['token'] } }, handler: () => ({}) })
  app.ext('onPreResponse', ({ response, headers }, h) => {
    const body = response instanceof Error ? response.output.payload : response.source
    const requestId = headers['x-request-id']
    if (requestId !== undefined) Object.assign(body as object, { requestId })
    return h.continue
  })
  await app.start()
  onTestFinished(() => app.stop())
  await expectSeparate(app.info.uri)
})

test('what is written into an answer for an error is not in the next one', () => {
  const error = Object.assign(new Error(), { code: 'ERR_TOKEN_REVOKED' })
  const first = answerFor(error)
  Object.assign(first?.body ?? {}, { requestId: 'first' })
  Object.assign(first?.headers ?? {}, { 'X-Request-Id': 'first' })
  expect(answerFor(error)).toEqual({
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="The token was revoked"' },
    body: { error: 'invalid_token', error_description: 'The token was revoked' },
  })
})

async function expectSeparate(url: string): Promise<void> {
  for (const path of ['/me', '/logout']) {
    const ids = []
    for (const headers of [{ 'x-request-id': 'first' }, {}]) {
      const response = await fetch(url + path, { headers: headers as Record<string, string> })
      ids.push(Object.entries((await response.json()) as object).filter(([name]) => name === 'requestId'))
    }
    expect(ids).toEqual([[['requestId', 'first']], []])
  }
}
