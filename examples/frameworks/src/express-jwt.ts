import { logoutEndpoint } from '@revoked/http'
import { errorHandler, isRevoked, toHandler } from '@revoked/http/express'
import express from 'express'
import { expressjwt, type Request as VerifiedRequest } from 'express-jwt'
import { audience, issuer, logIn, refresh, revocation, secret, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'

/** Starts the example. */
export function start(port = 0): Promise<RunningServer> {
  const app = express()
  app.use(express.json())

  app.post('/login', async (request, response) => {
    const session = await logIn(request.body)
    if (session) response.json(session)
    else response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'wrong_credentials' })
  })

  // express-jwt verifies as before, then calls `isRevoked`. With `open`, the route answers while
  // the store is down.
  const verify = expressjwt({
    secret,
    issuer,
    audience,
    algorithms: ['HS256'],
    isRevoked: isRevoked(revocation, { failPolicy: 'open' }),
  })

  app.get('/me', verify, (request: VerifiedRequest, response) => {
    response.json({ user: request.auth?.sub })
  })

  app.post('/refresh', async (request, response) => {
    response.json(await refresh(request.body))
  })

  // Without express-jwt, which would refuse an expired token.
  app.post('/logout', toHandler(logoutEndpoint({ tokens })))

  // Last: what express-jwt and the handlers refuse becomes 400, 401 or 503, with the headers that
  // belong to it.
  app.use(errorHandler())

  return listen(app, port)
}
