import { getRequestListener } from '@hono/node-server'
import { failOpenForReads } from '@revoked/http'
import { requireToken, type TokenEnv } from '@revoked/http/hono'
import { type Context, Hono } from 'hono'
import type { Framework } from '../framework.ts'
import { listen } from '../listen.ts'

export const honoServers: readonly Framework[] = [
  {
    name: 'Hono 4',
    start: ({ tokens, onUnavailable, onRefused }) => {
      const app = new Hono()
      app.get('/closed', requireToken({ tokens, onUnavailable, onRefused }), tell)
      app.get('/open', requireToken({ tokens, onUnavailable, onRefused, failPolicy: 'open' }), tell)
      app.get('/observed', requireToken({ tokens, onUnavailable, onRefused, mode: 'observe' }), tell)
      app.all('/by-method', requireToken({ tokens, onUnavailable, onRefused, failPolicy: failOpenForReads }), tell)
      return listen(getRequestListener(app.fetch))
    },
  },
]

function tell(c: Context<TokenEnv>): Response {
  return c.json({ sub: c.get('jwtPayload').sub, degraded: c.get('degraded') })
}
