import type { HttpBindings } from '@hono/node-server'
import { requireToken, toHandler } from '@revoked/http/hono'
import { introspectionEndpoint, revocationEndpoint } from '@revoked/http/oauth'
import type { RevocableTokens } from '@revoked/jose'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { headersOf } from './claim-headers.ts'
import { createAuthenticate } from './clients.ts'
import { createSparseLog, errorFields, type Log } from './log.ts'
import type { UnreadyReason } from './readiness.ts'
import type { Settings } from './settings.ts'

/** What the routes are made of. */
export interface AppParts {
  readonly tokens: RevocableTokens
  readonly settings: Pick<Settings, 'CLAIM_HEADERS' | 'CLIENTS' | 'INTROSPECTION' | 'SUBJECT'>
  readonly unready: () => Promise<UnreadyReason | undefined>
  readonly isDraining: () => boolean
  readonly log: Log
}

/** What the server of Node passes with each request. */
type Bound = { Bindings: HttpBindings }

const noStore = { 'Cache-Control': 'no-store' }

/** Creates the routes of the server. */
export function createApp({ tokens, settings, unready, isDraining, log }: AppParts): Hono<Bound> {
  const { CLAIM_HEADERS, CLIENTS, INTROSPECTION, SUBJECT: subject } = settings
  const report = createSparseLog(log)
  const hooks = {
    onUnavailable: (error: unknown) => report('warn', 'unavailable', errorFields(error)),
    onRefused: (error: unknown) => report('info', 'refused', errorFields(error)),
  }

  const app = new Hono<Bound>({ getPath: (_request, options) => sentPath(options?.env) })
  app.use(closesWhile(isDraining))
  app.get('/health/live', (c) => c.json({ status: 'live' }, 200, noStore))
  app.get('/health/ready', async (c) => {
    const reason = await unready()
    return reason === undefined
      ? c.json({ status: 'ready' }, 200, noStore)
      : c.json({ status: 'unavailable', reason }, 503, noStore)
  })

  // Envoy appends the path of the request, and keeps its method.
  app.use('/auth/*', onlyFinalAnswers)
  app.all('/auth/*', requireToken({ tokens, subject, failPolicy: 'closed', ...hooks }), (c) =>
    c.body(null, 200, headersOf(c.get('jwtPayload'), CLAIM_HEADERS)),
  )

  if (CLIENTS !== undefined) {
    const endpoint = { tokens, authenticateClient: createAuthenticate(CLIENTS), ...hooks }
    const mayInspect = INTROSPECTION === 'all' ? { mayInspect: () => true } : {}
    app.all('/revoke', toHandler(revocationEndpoint(endpoint)))
    app.all('/introspect', toHandler(introspectionEndpoint({ ...endpoint, ...mayInspect })))
  }

  app.notFound((c) => c.json({ error: 'not_found' }, 404))
  app.onError((error, c) => {
    report('error', 'defect', errorFields(error))
    return c.json({ error: 'server_error' }, 500, noStore)
  })
  return app
}

/**
 * Returns the path as it was sent. Envoy appends what its client has asked for to `/auth`, and a
 * `Request` resolves dots: `/auth/../health/live` would be a route that needs no token.
 */
function sentPath(bound: HttpBindings | undefined): string {
  return bound?.incoming.url?.split('?', 1)[0] ?? ''
}

/** Makes proxies open new connections, to another instance, while this one ends. */
function closesWhile(isDraining: () => boolean): MiddlewareHandler {
  return async (c, next) => {
    await next()
    if (isDraining()) c.header('Connection', 'close')
  }
}

/**
 * Answers a malformed token with 401: proxies pass on 401 and 403, and take any other refusal for a
 * failure of this server.
 */
async function onlyFinalAnswers(c: Context, next: () => Promise<void>): Promise<void> {
  await next()
  if (c.res.status === 400) c.res = new Response(c.res.body, { status: 401, headers: c.res.headers })
  c.header('Cache-Control', 'no-store')
}
