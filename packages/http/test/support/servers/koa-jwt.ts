import { failOpenForReads } from '@revoked/http'
import { errorHandler, isRevoked } from '@revoked/http/koa'
import Koa3, { type Middleware } from 'koa'
import Koa2 from 'koa-2'
import koaJwt from 'koa-jwt'
import type { Framework, ServerOptions } from '../framework.ts'
import { listen } from '../listen.ts'

export const koaJwtServers: readonly Framework[] = [
  serverOf('Koa 3 with koa-jwt 4', Koa3),
  serverOf('Koa 3 with koa-jwt 4 and its option debug', Koa3, { debug: true }),
  serverOf('Koa 2 with koa-jwt 4', Koa2),
]

/** Without the middleware that answers errors, to see what that one is for. */
export function startBareKoaJwt(options: ServerOptions): ReturnType<Framework['start']> {
  return listen(protect(new Koa3(), options).callback())
}

function serverOf(name: string, Koa: typeof Koa3, jwtOptions?: { readonly debug?: boolean }): Framework {
  return {
    name,
    start: (options) => {
      const { onUnavailable, onRefused } = options
      return listen(protect(new Koa().use(errorHandler({ onUnavailable, onRefused })), options, jwtOptions).callback())
    },
  }
}

function protect(
  app: Koa3,
  { revocation, secret, issuer, audience, onUnavailable, onRefused }: ServerOptions,
  jwtOptions: { readonly debug?: boolean } = {},
): Koa3 {
  function verify(options?: Parameters<typeof isRevoked>[1]): Middleware {
    return koaJwt({
      secret,
      issuer,
      audience,
      algorithms: ['HS256'],
      isRevoked: isRevoked(revocation, { onUnavailable, onRefused, ...options }),
      ...jwtOptions,
    })
  }

  app.use(at('/closed', verify()))
  app.use(at('/open', verify({ failPolicy: 'open' })))
  app.use(at('/observed', verify({ mode: 'observe' })))
  app.use(at('/by-method', verify({ failPolicy: failOpenForReads })))
  app.use(({ state, response }) => {
    response.body = { sub: state['user'].sub, degraded: state['degraded'] }
  })
  return app
}

function at(path: string, middleware: Middleware): Middleware {
  return (context, next) => (context.path === path ? middleware(context, next) : next())
}
