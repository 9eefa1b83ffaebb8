import { getRequestListener } from '@hono/node-server'
import { logoutEndpoint } from '@revoked/http'
import { errorHandler, requireToken, toHandler } from '@revoked/http/fetch'
import { authenticate as logIn, tokens } from './accounts.ts'
import { isCrossOrigin } from './cross-origin.ts'
import { listen, type RunningServer } from './listen.ts'
import { cookiesOf, deletedCookies, readCookies } from './session-cookies.ts'

type Handler = (request: Request) => Promise<Response>

const cookiesIn = ({ headers }: Request) => readCookies(headers.get('cookie'))
const authenticate = requireToken({ tokens, getToken: (request) => cookiesIn(request).accessToken })

const routes: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  [
    'POST /session/login',
    async (request) => {
      const user = logIn(await request.json().catch(() => undefined))
      if (user === undefined) return Response.json({ error: 'wrong_credentials' }, { status: 401 })
      return withCookies(Response.json({ user }), cookiesOf(await tokens.issuePair({ sub: user })))
    },
  ],
  [
    'GET /me',
    async (request) => {
      const { refusal, claims } = await authenticate(request)
      return refusal ?? Response.json({ user: claims.sub })
    },
  ],
  // The page calls this route when another one answers 401, and logs in again if this one does too.
  [
    'POST /session/refresh',
    async (request) => {
      const pair = await tokens.rotate(cookiesIn(request).refreshToken ?? '')
      return withCookies(new Response(null, { status: 204 }), cookiesOf(pair))
    },
  ],
  // Either cookie is enough, because the one with the access token expires first.
  [
    'POST /session/logout',
    toHandler(
      logoutEndpoint({
        tokens,
        getToken: ({ header }) => Object.values(readCookies(header('cookie'))),
        setCookie: deletedCookies,
      }),
    ),
  ],
])

/**
 * Answers a request. Refuses those of pages of other origins before all routes, the login included.
 */
export const handle = errorHandler(async (request) => {
  const { method, headers, url } = request
  if (isCrossOrigin(method, (name) => headers.get(name)))
    return Response.json({ error: 'cross_origin' }, { status: 403 })
  const route = routes.get(`${method} ${new URL(url).pathname}`)
  return route === undefined ? new Response(null, { status: 404 }) : await route(request)
})

function withCookies(response: Response, cookies: readonly string[]): Response {
  response.headers.set('Cache-Control', 'no-store')
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie)
  return response
}

/** Starts the example. */
export function start(port = 0): Promise<RunningServer> {
  return listen(getRequestListener(handle), port)
}
