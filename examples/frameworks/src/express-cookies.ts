import { type EndpointRequest, logoutEndpoint } from '@revoked/http'
import { errorHandler, requireToken, toHandler, withAuth } from '@revoked/http/express'
import express, { type RequestHandler } from 'express'
import { authenticate, tokens } from './accounts.ts'
import { isCrossOrigin } from './cross-origin.ts'
import { listen, type RunningServer } from './listen.ts'
import { cookiesOf, deletedCookies, readCookies } from './session-cookies.ts'

/**
 * Refuses requests that pages of other origins send. Mounted before all routes, the login included.
 */
const refuseCrossOrigin: RequestHandler = (request, response, next) => {
  if (isCrossOrigin(request.method, (name) => request.get(name))) response.status(403).json({ error: 'cross_origin' })
  else next()
}

/** Starts the example. */
export function start(port = 0): Promise<RunningServer> {
  const app = express()
  app.use(refuseCrossOrigin, express.json())

  app.post('/session/login', async (request, response) => {
    const user = authenticate(request.body)
    if (user === undefined) return void response.status(401).json({ error: 'wrong_credentials' })
    const pair = await tokens.issuePair({ sub: user })
    response.set('Cache-Control', 'no-store').append('Set-Cookie', cookiesOf(pair)).json({ user })
  })

  const getToken = (request: express.Request) => readCookies(request.headers.cookie).accessToken
  app.get(
    '/me',
    requireToken({ tokens, getToken }),
    withAuth((request, response) => {
      response.json({ user: request.auth.sub })
    }),
  )

  // The page calls this route when another one answers 401, and logs in again if this one does too.
  app.post('/session/refresh', async (request, response) => {
    const pair = await tokens.rotate(readCookies(request.headers.cookie).refreshToken ?? '')
    response.set('Cache-Control', 'no-store').append('Set-Cookie', cookiesOf(pair)).status(204).end()
  })

  // Either cookie is enough, because the one with the access token expires first.
  const sessionTokens = ({ header }: EndpointRequest) => Object.values(readCookies(header('cookie')))
  const logout = logoutEndpoint({ tokens, getToken: sessionTokens, setCookie: deletedCookies })
  app.all('/session/logout', toHandler(logout))

  app.use(errorHandler())

  return listen(app, port)
}
