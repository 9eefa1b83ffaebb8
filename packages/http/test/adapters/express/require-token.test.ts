import { errorHandler, requireActive, requireToken, toHandler, withAuth } from '@revoked/http/express'
import express, { type Express, type RequestHandler } from 'express'
import express4 from 'express-4'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listen } from '../../support/listen.ts'
import { createWorld, secrets } from '../../support/setup.ts'
import { noteUnhandledRejections } from '../../support/unhandled-rejections.ts'

/** Answers while what comes behind it still waits, as a middleware for timeouts does. */
const impatient: RequestHandler = (_request, response, next) => {
  next()
  response.status(504).end('too late')
}

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_, create) => {
  const unhandled = noteUnhandledRejections()

  async function started(build: (app: Express) => void): Promise<string> {
    const app = create().set('env', 'test')
    build(app)
    const server = await listen(app)
    onTestFinished(() => server.close())
    return server.url
  }

  test('a handler is not reached by a refused request', async () => {
    const { tokens } = createWorld()
    let reached = 0
    const url = await started((app) => app.get('/', requireToken({ tokens }), () => void reached++))
    expect((await fetch(url)).status).toBe(401)
    expect(reached).toBe(0)
  })

  test('an error of a handler goes to the error handlers of the application, unchanged', async () => {
    const { tokens } = createWorld()
    const defect = new Error('a defect')
    const seen: unknown[] = []
    const url = await started((app) => {
      app.get('/', requireToken({ tokens }), () => {
        throw defect
      })
      app.use(errorHandler())
      app.use(((error, _request, response, _next) => {
        seen.push(error)
        response.status(418).end()
      }) as express.ErrorRequestHandler)
    })
    const authorization = `Bearer ${await tokens.issue({ sub: secrets.subject })}`
    expect((await fetch(url, { headers: { authorization } })).status).toBe(418)
    expect(seen).toEqual([defect])
  })

  test.each([
    ['undefined', undefined],
    ['null', null],
    ["'route'", 'route'],
    ["'router'", 'router'],
  ])('no request passes if a function of the application throws %s', async (_, thrown) => {
    const { tokens, revocation } = createWorld()
    const throws = (): never => {
      throw thrown
    }
    const rejects = async (): Promise<never> => throws()
    const url = await started((app) => {
      const paths = [
        requireToken({ tokens, getToken: throws }),
        requireToken({ tokens, getToken: rejects }),
        requireToken({ tokens: { verify: throws } }),
        requireToken({ tokens: { verify: rejects } }),
        requireActive(revocation, { getClaims: throws }),
        requireActive(revocation, { getClaims: rejects }),
        toHandler(rejects),
      ]
      for (const [index, guard] of paths.entries()) app.get(`/${index}`, guard, (_request, response) => response.end())
      app.get('/:index', (_request, response) => response.end())
    })
    const headers = { authorization: 'Bearer a.b.c' }
    for (const index of [0, 1, 2, 3, 4, 5, 6]) expect((await fetch(`${url}/${index}`, { headers })).status).toBe(500)
    expect(await unhandled()).toEqual([])
  })

  test('a token is read where getToken finds it, and nowhere else', async () => {
    const { tokens } = createWorld()
    const getToken = ({ headers }: express.Request): string | undefined => /token=(\S+)/.exec(headers.cookie ?? '')?.[1]
    const url = await started((app) =>
      app.get(
        '/',
        requireToken({ tokens, getToken }),
        withAuth(({ auth }, response) => response.json(auth.sub)),
      ),
    )
    const token = await tokens.issue({ sub: secrets.subject })
    expect(await (await fetch(url, { headers: { cookie: `token=${token}` } })).json()).toBe(secrets.subject)
    expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401)
  })

  test.each([
    ['requireToken', () => requireToken({ tokens: createWorld().tokens })],
    ['toHandler', () => toHandler(async () => ({ status: 200, headers: { 'Cache-Control': 'no-store' }, body: {} }))],
  ])('%s ends no process if something else has answered meanwhile', async (_name, createHandler) => {
    const url = await started((app) => app.use(impatient, createHandler()))
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([504, 'too late'])
    expect(await unhandled()).toEqual([])
  })

  test('wrong options are told at once', () => {
    const { tokens } = createWorld()
    expect(() => requireToken({} as never)).toThrow(TypeError)
    expect(() => requireToken({ tokens, getToken: 'cookie' as never })).toThrow(TypeError)
    expect(() => requireToken({ tokens, failPolicy: 'opn' as never })).toThrow(TypeError)
    expect(() => requireToken({ tokens, onUnavailable: 'log' as never })).toThrow(TypeError)
  })
})
