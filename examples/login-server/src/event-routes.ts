import { type RequestHandler, Router } from 'express'
import type { LiveConnections } from './live-connections.ts'
import { claimsOf } from './session-claims.ts'

/**
 * Creates the route of server-sent events, an example of a connection that stays open. A stream
 * ends when its token is revoked or expires.
 */
export function eventRoutes(live: LiveConnections, withToken: RequestHandler): Router {
  const router = Router()

  router.get('/events', withToken, (request, response) => {
    response.set('Content-Type', 'text/event-stream').write('event: open\ndata: in\n\n')
    const leave = live.add(claimsOf(request), (why) => void response.end(`event: end\ndata: ${why}\n\n`))
    response.once('close', leave)
  })

  return router
}
