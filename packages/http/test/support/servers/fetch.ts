import { getRequestListener } from '@hono/node-server'
import { failOpenForReads } from '@revoked/http'
import { requireToken } from '@revoked/http/fetch'
import type { Framework } from '../framework.ts'
import { listen } from '../listen.ts'

export const fetchServers: readonly Framework[] = [
  {
    name: 'Fetch Standard',
    start: ({ tokens, onUnavailable, onRefused }) => {
      const routes = new Map([
        ['/closed', requireToken({ tokens, onUnavailable, onRefused })],
        ['/open', requireToken({ tokens, onUnavailable, onRefused, failPolicy: 'open' })],
        ['/observed', requireToken({ tokens, onUnavailable, onRefused, mode: 'observe' })],
        ['/by-method', requireToken({ tokens, onUnavailable, onRefused, failPolicy: failOpenForReads })],
      ])

      async function handle(request: Request): Promise<Response> {
        const authenticate = routes.get(new URL(request.url).pathname)
        if (authenticate === undefined) return new Response(null, { status: 404 })
        const { refusal, claims, degraded } = await authenticate(request)
        if (refusal) return refusal
        return Response.json({ sub: claims.sub, degraded })
      }

      return listen(getRequestListener(handle))
    },
  },
]
