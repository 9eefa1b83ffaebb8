import { type RequestHandler, Router } from 'express'
import type { LiveConnections } from './live-connections.ts'
import { claimsOf } from './session-claims.ts'

/**
 * Server-sent events, for as long as the token may pass. They stand for any connection that stays
 * open.
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
