import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import { failOpenForReads, logoutEndpoint } from '@revoked/http'
import { errorHandler, requireToken, toHandler } from '@revoked/http/koa'
import Koa from 'koa'
import { logIn, refresh, tokens } from './accounts.ts'
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

  // While the store is down, GET requests pass, and `context.state.degraded` is true.
  router.get('/me', requireToken({ tokens, failPolicy: failOpenForReads }), (context) => {
    context.body = { user: context.state.user.sub }
  })

  router.post('/refresh', async (context) => {
    context.body = await refresh(context.request.body)
  })

  // Without requireToken, which would refuse an expired token.
  router.post('/logout', toHandler(logoutEndpoint({ tokens })))

  const app = new Koa()
  // Mounted first: answers errors of all that follows with 401 or 503.
  app.use(errorHandler())
  app.use(bodyParser())
  app.use(router.routes())
  return listen(app.callback(), port)
}
