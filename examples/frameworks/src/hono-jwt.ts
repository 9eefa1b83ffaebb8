import { getRequestListener } from '@hono/node-server'
import { failOpenForReads, logoutEndpoint } from '@revoked/http'
import { errorHandler, requireActive, toHandler } from '@revoked/http/hono'
import { type Context, Hono } from 'hono'
import { jwt } from 'hono/jwt'
import { audience, issuer, logIn, refresh, revocation, secret, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'

export function start(port = 0): Promise<RunningServer> {
  const app = new Hono()

  app.post('/login', async (c) => {
    const session = await logIn(await readJson(c))
    if (session) return c.json(session)
    return c.json({ error: 'wrong_credentials' }, 401, { 'WWW-Authenticate': 'Bearer' })
  })

  // hono/jwt verifies as before; behind it, we look for a revocation. While the store is down,
  // reads go on. Our access tokens have the typ at+jwt (RFC 9068); by default, hono/jwt takes JWT
  // alone. Without `iat: false`, hono/jwt takes an `iat` with a fraction of a second for one in the
  // future, and our tokens may have one.
  const verify = jwt({ secret, alg: 'HS256', verification: { iss: issuer, aud: audience, typ: 'at+jwt', iat: false } })
  const active = requireActive(revocation, { failPolicy: failOpenForReads })
  app.get('/me', verify, active, (c) => c.json({ user: c.get('jwtPayload').sub }))

  app.post('/refresh', async (c) => c.json(await refresh(await readJson(c))))

  // Not behind hono/jwt, which would refuse a token that has expired.
  app.post('/logout', toHandler(logoutEndpoint({ tokens })))

  // What hono/jwt and the handlers refuse becomes 400, 401 or 503, with the headers that belong to
  // it.
  app.onError(errorHandler())

  // On Deno, Bun and Workers, `app.fetch` is all that is needed.
  return listen(getRequestListener(app.fetch), port)
}

/** What is no JSON has no fields. */
function readJson({ req }: Context): Promise<unknown> {
  return req.json().catch(() => undefined)
}
