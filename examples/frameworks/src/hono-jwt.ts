import { getRequestListener } from '@hono/node-server'
import { failOpenForReads, logoutEndpoint } from '@revoked/http'
import { errorHandler, requireActive, toHandler } from '@revoked/http/hono'
import { type Context, Hono } from 'hono'
import { jwt } from 'hono/jwt'
import { audience, issuer, logIn, refresh, revocation, secret, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'

/** Starts the example. */
export function start(port = 0): Promise<RunningServer> {
  const app = new Hono()

  app.post('/login', async (c) => {
    const session = await logIn(await readJson(c))
    if (session) return c.json(session)
    return c.json({ error: 'wrong_credentials' }, 401, { 'WWW-Authenticate': 'Bearer' })
  })

  // hono/jwt verifies as before, then requireActive checks. While the store is down, GET requests
  // pass. Our access tokens have the typ at+jwt (RFC 9068). By default, hono/jwt accepts only JWT.
  // Their `iat` may have a fraction of a second, which the check of hono/jwt refuses as an instant
  // in the future.
  const verify = jwt({ secret, alg: 'HS256', verification: { iss: issuer, aud: audience, typ: 'at+jwt', iat: false } })
  const active = requireActive(revocation, { failPolicy: failOpenForReads })
  app.get('/me', verify, active, (c) => c.json({ user: c.get('jwtPayload').sub }))

  app.post('/refresh', async (c) => c.json(await refresh(await readJson(c))))

  // Without hono/jwt, which would refuse an expired token.
  app.post('/logout', toHandler(logoutEndpoint({ tokens })))

  // What hono/jwt and the handlers refuse becomes 400, 401 or 503, with the headers that belong to
  // it.
  app.onError(errorHandler())

  // On Deno, Bun and Workers, export `app.fetch` instead.
  return listen(getRequestListener(app.fetch), port)
}

/** Parses a body. Resolves with `undefined` if it is no JSON. */
function readJson({ req }: Context): Promise<unknown> {
  return req.json().catch(() => undefined)
}
