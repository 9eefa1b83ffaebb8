import { logoutEndpoint } from '@revoked/http'
import { errorHandler, requireToken, toHandler, withAuth } from '@revoked/http/express'
import express from 'express'
import { logIn, refresh, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'

export function start(port = 0): Promise<RunningServer> {
  const app = express()
  app.use(express.json())

  app.post('/login', async (request, response) => {
    const session = await logIn(request.body)
    if (session) response.json(session)
    else response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'wrong_credentials' })
  })

  // Open: while the store is down, this route answers all the same, and `request.degraded` is true.
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

  // Not behind requireToken, which would refuse a token that has expired.
  app.post('/logout', toHandler(logoutEndpoint({ tokens })))

  // Last: what the handlers reject with becomes 401 or 503.
  app.use(errorHandler())

  return listen(app, port)
}
