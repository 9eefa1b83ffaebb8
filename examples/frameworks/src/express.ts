import { logoutEndpoint } from '@revoked/http'
import { errorHandler, requireToken, toHandler, withAuth } from '@revoked/http/express'
import express from 'express'
import { logIn, refresh, tokens } from './accounts.ts'
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

  // With `open`, the route answers while the store is down, and `request.degraded` is `true`.
  app.get(
    '/me',
    requireToken({ tokens, failPolicy: 'open' }),
    withAuth((request, response) => {
      response.json({ user: request.auth.sub })
    }),
  )

  app.post('/refresh', async (request, response) => {
    response.json(await refresh(request.body))
  })

  // Without requireToken, which would refuse an expired token.
  app.post('/logout', toHandler(logoutEndpoint({ tokens })))

  // Mounted last: answers errors of the handlers with 401 or 503.
  app.use(errorHandler())

  return listen(app, port)
}
