import { finished } from 'node:stream'
import type { Revocation } from '@revoked/core'
import { type RequestHandler, Router } from 'express'
import { claimsOf } from './session-claims.ts'

/**
 * Creates the route of server-sent events, an example of a connection that stays open. A stream
 * ends when its token is revoked or expires, or if the store cannot confirm it any more.
 */
export function eventRoutes(revocation: Revocation, withToken: RequestHandler): Router {
  const router = Router()

  router.get('/events', withToken, (request, response) => {
    const { signal, close } = revocation.watch(claimsOf(request))
    finished(response, close)
    signal.addEventListener('abort', () => response.end(`event: end\ndata: ${signal.reason.code}\n\n`))
    response.set('Content-Type', 'text/event-stream').write('event: open\ndata: in\n\n')
  })

  return router
}
