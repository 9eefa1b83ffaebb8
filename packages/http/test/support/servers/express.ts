import { failOpenForReads } from '@revoked/http'
import { requireToken, withAuth } from '@revoked/http/express'
import express5, { type Express, type RequestHandler } from 'express'
import express4 from 'express-4'
import type { Framework } from '../framework.ts'
import { listen } from '../listen.ts'

export const expressServers: readonly Framework[] = [serverOf('Express 5', express5), serverOf('Express 4', express4)]

function serverOf(name: string, express: () => Express): Framework {
  return {
    name,
    start: ({ tokens, onUnavailable, onRefused }) => {
      const app = express()
      app.get('/closed', requireToken({ tokens, onUnavailable, onRefused }), tell)
      app.get('/open', requireToken({ tokens, onUnavailable, onRefused, failPolicy: 'open' }), tell)
      app.get('/observed', requireToken({ tokens, onUnavailable, onRefused, mode: 'observe' }), tell)
      app.all('/by-method', requireToken({ tokens, onUnavailable, onRefused, failPolicy: failOpenForReads }), tell)
      return listen(app)
    },
  }
}

const tell: RequestHandler = withAuth(({ auth, degraded }, response) => {
  response.json({ sub: auth.sub, degraded })
})
