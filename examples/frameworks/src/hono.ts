import { getRequestListener } from '@hono/node-server'
import { failOpenForReads, logoutEndpoint } from '@revoked/http'
import { errorHandler, requireToken, toHandler } from '@revoked/http/hono'
import { type Context, Hono } from 'hono'
import { logIn, refresh, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'

/** Starts the example. */
export function start(port = 0): Promise<RunningServer> {
  const app = new Hono()

  app.post('/login', async (c) => {
    const session = await logIn(await readJson(c))
    if (session) return c.json(session)
    return c.json({ error: 'wrong_credentials' }, 401, { 'WWW-Authenticate': 'Bearer' })
  })

  // While the store is down, GET requests pass, and `c.get('degraded')` is true.
  app.get('/me', requireToken({ tokens, failPolicy: failOpenForReads }), (c) => {
    return c.json({ user: c.get('jwtPayload').sub })
  })

  app.post('/refresh', async (c) => c.json(await refresh(await readJson(c))))

  // Without requireToken, which would refuse an expired token.
  app.post('/logout', toHandler(logoutEndpoint({ tokens })))

  // Answers errors of the handlers with 401 or 503.
  app.onError(errorHandler())

  // On Deno, Bun and Workers, export `app.fetch` instead.
  return listen(getRequestListener(app.fetch), port)
}

/** Parses a body. Resolves with `undefined` if it is no JSON. */
function readJson({ req }: Context): Promise<unknown> {
  return req.json().catch(() => undefined)
}
