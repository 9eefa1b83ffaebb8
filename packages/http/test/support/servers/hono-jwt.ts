import { getRequestListener } from '@hono/node-server'
import { failOpenForReads } from '@revoked/http'
import { errorHandler, requireActive, type TokenEnv } from '@revoked/http/hono'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { jwt } from 'hono/jwt'
import type { Framework, ServerOptions } from '../framework.ts'
import { listen } from '../listen.ts'

export const honoJwtServers: readonly Framework[] = [
  {
    name: 'Hono 4 with hono/jwt',
    start: (options) => {
      const { onUnavailable, onRefused } = options
      return listen(getRequestListener(appOf(options).onError(errorHandler({ onUnavailable, onRefused })).fetch))
    },
  },
]

/** Without the handler that answers errors, to see what that one is for. */
export function startBareHonoJwt(options: ServerOptions): ReturnType<Framework['start']> {
  return listen(getRequestListener(appOf(options).fetch))
}

function appOf({ revocation, secret, issuer, audience, onUnavailable, onRefused }: ServerOptions): Hono {
  function active(options: Parameters<typeof requireActive>[1]): MiddlewareHandler<TokenEnv> {
    return requireActive(revocation, { onUnavailable, onRefused, ...options })
  }

  const app = new Hono()
  app.use(jwt({ secret, alg: 'HS256', verification: { typ: 'at+jwt', iat: false, iss: issuer, aud: audience } }))
  app.get('/closed', active({}), tell)
  app.get('/open', active({ failPolicy: 'open' }), tell)
  app.get('/observed', active({ mode: 'observe' }), tell)
  app.all('/by-method', active({ failPolicy: failOpenForReads }), tell)
  return app
}

function tell(c: Context<TokenEnv>): Response {
  return c.json({ sub: c.get('jwtPayload').sub, degraded: c.get('degraded') })
}
