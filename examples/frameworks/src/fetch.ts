import { getRequestListener } from '@hono/node-server'
import { RevocationError } from '@revoked/core'
import { requireToken } from '@revoked/http/fetch'
import { logIn, logOut, refresh, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'

type Handler = (request: Request) => Promise<Response>

// Open: while the store is away, requests pass all the same, with `degraded` beside `claims`.
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
  [
    'POST /logout',
    // Without `authenticate`, which would refuse a token that has expired.
    async (request) => {
      await logOut(request.headers.get('authorization'))
      return new Response(null, { status: 204 })
    },
  ],
])

/** All that Deno, Bun and Workers need; a handler of Next.js is one of the routes. */
export async function handle(request: Request): Promise<Response> {
  const route = routes.get(`${request.method} ${new URL(request.url).pathname}`)
  if (route === undefined) return new Response(null, { status: 404 })
  return await route(request).catch(answerError)
}

/** What the handlers reject with becomes 401 or 503. Every other error is a defect. */
function answerError(error: unknown): Response {
  if (!(error instanceof RevocationError) || error.status === undefined) throw error
  const { status } = error
  return status === 401
    ? Response.json(
        { error: 'invalid_token' },
        { status, headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } },
      )
    : Response.json({ error: 'temporarily_unavailable' }, { status, headers: { 'Retry-After': '5' } })
}

/** What is no JSON has no fields. */
function readJson(request: Request): Promise<unknown> {
  return request.json().catch(() => undefined)
}

export function start(port = 0): Promise<RunningServer> {
  return listen(getRequestListener(handle), port)
}
