import { getRequestListener } from '@hono/node-server'
import { logoutEndpoint } from '@revoked/http'
import { errorHandler, requireToken, toHandler } from '@revoked/http/fetch'
import { logIn, refresh, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'

type Handler = (request: Request) => Promise<Response>

// With `open`, requests pass while the store is down, and `degraded` beside `claims` is `true`.
const authenticate = requireToken({ tokens, failPolicy: 'open' })

const routes: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  [
    'POST /login',
    async (request) => {
      const session = await logIn(await readJson(request))
      if (session) return Response.json(session)
      return Response.json({ error: 'wrong_credentials' }, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } })
    },
  ],
  [
    'GET /me',
    async (request) => {
      const { refusal, claims } = await authenticate(request)
      if (refusal) return refusal
      return Response.json({ user: claims.sub })
    },
  ],
  ['POST /refresh', async (request) => Response.json(await refresh(await readJson(request)))],
  // Without `authenticate`, which would refuse an expired token.
  ['POST /logout', toHandler(logoutEndpoint({ tokens }))],
])

/**
 * Answers a request. Deno, Bun and Workers need only this function; a handler of Next.js is one of
 * the routes. Errors are answered with 401 or 503.
 */
export const handle = errorHandler(async (request) => {
  const route = routes.get(`${request.method} ${new URL(request.url).pathname}`)
  return route === undefined ? new Response(null, { status: 404 }) : await route(request)
})

/** Parses a body. Resolves with `undefined` if it is no JSON. */
function readJson(request: Request): Promise<unknown> {
  return request.json().catch(() => undefined)
}

/** Starts the example. */
export function start(port = 0): Promise<RunningServer> {
  return listen(getRequestListener(handle), port)
}
