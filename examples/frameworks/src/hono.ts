import { getRequestListener } from '@hono/node-server'
import { failOpenForReads, logoutEndpoint } from '@revoked/http'
import { errorHandler, requireToken, toHandler } from '@revoked/http/hono'
import { type Context, Hono } from 'hono'
import { logIn, refresh, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'

export function start(port = 0): Promise<RunningServer> {
  const app = new Hono()

  app.post('/login', async (c) => {
    const session = await logIn(await readJson(c))
    if (session) return c.json(session)
    return c.json({ error: 'wrong_credentials' }, 401, { 'WWW-Authenticate': 'Bearer' })
  })

  // While the store is down, reads go on, and `c.get('degraded')` is true.
  app.get('/me', requireToken({ tokens, failPolicy: failOpenForReads }), (c) => {
    return c.json({ user: c.get('jwtPayload').sub })
  })

  app.post('/refresh', async (c) => c.json(await refresh(await readJson(c))))

  // Not behind requireToken, which would refuse a token that has expired.
  app.post('/logout', toHandler(logoutEndpoint({ tokens })))

  // What the handlers reject with becomes 401 or 503.
  app.onError(errorHandler())

  // On Deno, Bun and Workers, `app.fetch` is all that is needed.
  return listen(getRequestListener(app.fetch), port)
}

/** What is no JSON has no fields. */
function readJson({ req }: Context): Promise<unknown> {
  return req.json().catch(() => undefined)
}
