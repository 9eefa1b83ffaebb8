import { failOpenForReads } from '@revoked/http'
import { errorHandler, isRevoked, withAuth } from '@revoked/http/express'
import express5, { type Express, type RequestHandler } from 'express'
import express4 from 'express-4'
import { expressjwt } from 'express-jwt'
import type { Framework } from '../framework.ts'
import { listen } from '../listen.ts'

export const expressJwtServers: readonly Framework[] = [
  serverOf('Express 5 with express-jwt 8', express5),
  serverOf('Express 4 with express-jwt 8', express4),
]

function serverOf(name: string, express: () => Express): Framework {
  return {
    name,
    start: ({ revocation, secret, issuer, audience, onUnavailable, onRefused }) => {
      function verify(options?: Parameters<typeof isRevoked>[1]): RequestHandler {
        return expressjwt({
          secret,
          issuer,
          audience,
          algorithms: ['HS256'],
          isRevoked: isRevoked(revocation, { onUnavailable, onRefused, ...options }),
        })
      }

      const app = express()
      app.get('/closed', verify(), tell)
      app.get('/open', verify({ failPolicy: 'open' }), tell)
      app.get('/observed', verify({ mode: 'observe' }), tell)
      app.all('/by-method', verify({ failPolicy: failOpenForReads }), tell)
      app.use(errorHandler({ onUnavailable, onRefused }))
      return listen(app)
    },
  }
}

const tell: RequestHandler = withAuth(({ auth, degraded }, response) => {
  response.json({ sub: auth.sub, degraded })
})
