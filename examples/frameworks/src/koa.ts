import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import { failOpenForReads, logoutEndpoint } from '@revoked/http'
import { errorHandler, requireToken, toHandler } from '@revoked/http/koa'
import Koa from 'koa'
import { logIn, refresh, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'

export function start(port = 0): Promise<RunningServer> {
  const router = new Router()

  router.post('/login', async (context) => {
    const session = await logIn(context.request.body)
    context.body = session ?? { error: 'wrong_credentials' }
    if (session) return
    context.status = 401
    context.set('WWW-Authenticate', 'Bearer')
  })

  // While the store is down, reads go on, and `context.state.degraded` is true.
  router.get('/me', requireToken({ tokens, failPolicy: failOpenForReads }), (context) => {
    context.body = { user: context.state.user.sub }
  })

  router.post('/refresh', async (context) => {
    context.body = await refresh(context.request.body)
  })

  // Not behind requireToken, which would refuse a token that has expired.
  router.post('/logout', toHandler(logoutEndpoint({ tokens })))

  const app = new Koa()
  // First: what comes behind it and is thrown becomes 401 or 503.
  app.use(errorHandler())
  app.use(bodyParser())
  app.use(router.routes())
  return listen(app.callback(), port)
}
