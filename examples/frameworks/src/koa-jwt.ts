import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import { failOpenForReads, logoutEndpoint } from '@revoked/http'
import { errorHandler, isRevoked, toHandler } from '@revoked/http/koa'
import Koa from 'koa'
import koaJwt from 'koa-jwt'
import { audience, issuer, logIn, refresh, revocation, secret, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'

/** Starts the example. */
export function start(port = 0): Promise<RunningServer> {
  const router = new Router()

  router.post('/login', async (context) => {
    const session = await logIn(context.request.body)
    context.body = session ?? { error: 'wrong_credentials' }
    if (session) return
    context.status = 401
    context.set('WWW-Authenticate', 'Bearer')
  })

  // koa-jwt verifies as before, then calls `isRevoked`. While the store is down, GET requests pass.
  const verify = koaJwt({
    secret,
    issuer,
    audience,
    algorithms: ['HS256'],
    isRevoked: isRevoked(revocation, { failPolicy: failOpenForReads }),
  })

  router.get('/me', verify, (context) => {
    context.body = { user: context.state['user'].sub }
  })

  router.post('/refresh', async (context) => {
    context.body = await refresh(context.request.body)
  })

  // Without koa-jwt, which would refuse an expired token.
  router.post('/logout', toHandler(logoutEndpoint({ tokens })))

  const app = new Koa()
  // Mounted first: answers errors of koa-jwt and of the handlers with 400, 401 or 503. Without it,
  // koa-jwt answers an outage with 401.
  app.use(errorHandler())
  app.use(bodyParser())
  app.use(router.routes())
  return listen(app.callback(), port)
}
