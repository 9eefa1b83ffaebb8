import { failOpenForReads } from '@revoked/http'
import { requireToken, type TokenState } from '@revoked/http/koa'
import Koa3, { type Middleware } from 'koa'
import Koa2 from 'koa-2'
import type { Framework } from '../framework.ts'
import { listen } from '../listen.ts'

export const koaServers: readonly Framework[] = [serverOf('Koa 3', Koa3), serverOf('Koa 2', Koa2)]

function serverOf(name: string, Koa: typeof Koa3): Framework {
  return {
    name,
    start: ({ tokens, onUnavailable, onRefused }) => {
      const app = new Koa<TokenState>()
      app.use(at('/closed', requireToken({ tokens, onUnavailable, onRefused })))
      app.use(at('/open', requireToken({ tokens, onUnavailable, onRefused, failPolicy: 'open' })))
      app.use(at('/observed', requireToken({ tokens, onUnavailable, onRefused, mode: 'observe' })))
      app.use(at('/by-method', requireToken({ tokens, onUnavailable, onRefused, failPolicy: failOpenForReads })))
      app.use(({ state, response }) => {
        response.body = { sub: state.user.sub, degraded: state.degraded }
      })
      return listen(app.callback())
    },
  }
}

function at(path: string, middleware: Middleware<TokenState>): Middleware<TokenState> {
  return (context, next) => (context.path === path ? middleware(context, next) : next())
}
