import { Router } from 'express'
import type { LiveConnections } from './live-connections.ts'
import { claimsOf, requireToken } from './require-token.ts'
import type { Signing } from './signing.ts'

/** Server-sent events, for as long as the token may pass. They stand for any connection that stays open. */
export function eventRoutes({ tokens }: Signing, live: LiveConnections): Router {
  const router = Router()

  router.get('/events', requireToken(tokens), (request, response) => {
    response.set('Content-Type', 'text/event-stream').write('event: open\ndata: in\n\n')
    const leave = live.add(claimsOf(request), (why) => void response.end(`event: end\ndata: ${why}\n\n`))
    response.once('close', leave)
  })

  return router
}
