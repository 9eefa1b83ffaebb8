import { server as createServer, type Lifecycle, type Server } from '@hapi/hapi'
import * as hapiJwt from '@hapi/jwt'
import { failOpenForReads } from '@revoked/http'
import { errorHandler, requireToken, validate } from '@revoked/http/hapi'
import type { Framework, RunningServer } from '../framework.ts'

export const hapiServers: readonly Framework[] = [
  {
    name: 'hapi 21 with @hapi/jwt 3',
    start: async ({ revocation, secret, issuer, audience, onUnavailable, onRefused }) => {
      const server = createServer({ host: '127.0.0.1' })
      await server.register(hapiJwt)
      function strategy(name: string, options?: Parameters<typeof validate>[1]): void {
        server.auth.strategy(name, 'jwt', {
          keys: [{ key: secret, algorithms: ['HS256'] }],
          verify: { iss: issuer, aud: audience, sub: false },
          validate: validate(revocation, { onUnavailable, onRefused, ...options }),
        })
      }
      strategy('closed')
      strategy('open', { failPolicy: 'open' })
      strategy('observed', { mode: 'observe' })
      strategy('by method', { failPolicy: failOpenForReads })
      server.ext('onPreResponse', errorHandler({ onUnavailable, onRefused }))
      return await serveRoutes(server)
    },
  },
  {
    name: 'hapi 21',
    start: async ({ tokens, onUnavailable, onRefused }) => {
      const server = createServer({ host: '127.0.0.1' })
      server.auth.scheme('revoked', requireToken({ tokens, onUnavailable, onRefused }))
      server.auth.strategy('closed', 'revoked')
      server.auth.strategy('open', 'revoked', { failPolicy: 'open' })
      server.auth.strategy('observed', 'revoked', { mode: 'observe' })
      server.auth.strategy('by method', 'revoked', { failPolicy: failOpenForReads })
      return await serveRoutes(server)
    },
  },
]

async function serveRoutes(server: Server): Promise<RunningServer> {
  server.auth.default('closed')
  server.route({ method: 'GET', path: '/closed', handler: tell })
  server.route({ method: 'GET', path: '/open', options: { auth: 'open' }, handler: tell })
  server.route({ method: 'GET', path: '/observed', options: { auth: 'observed' }, handler: tell })
  server.route({ method: ['GET', 'POST'], path: '/by-method', options: { auth: 'by method' }, handler: tell })
  await server.start()
  return { url: server.info.uri, close: () => server.stop() }
}

const tell: Lifecycle.Method = ({ auth, plugins }) => ({
  sub: auth.credentials['sub'],
  degraded: plugins.revoked?.degraded,
})
