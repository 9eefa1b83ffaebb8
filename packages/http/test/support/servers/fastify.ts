import { failOpenForReads } from '@revoked/http'
import { requireToken, withAuth } from '@revoked/http/fastify'
import { fastify, type RouteHandlerMethod } from 'fastify'
import type { Framework } from '../framework.ts'

export const fastifyServers: readonly Framework[] = [
  {
    name: 'Fastify 5',
    start: async ({ tokens, onUnavailable, onRefused }) => {
      const app = fastify()
      app.register(requireToken, { tokens, onUnavailable, onRefused })
      app.get('/closed', tell)
      app.get('/open', { config: { failPolicy: 'open' } }, tell)
      app.get('/observed', { config: { mode: 'observe' } }, tell)
      app.route({ method: ['GET', 'POST'], url: '/by-method', config: { failPolicy: failOpenForReads }, handler: tell })
      const url = await app.listen({ host: '127.0.0.1', port: 0 })
      return { url, close: () => app.close() }
    },
  },
]

const tell: RouteHandlerMethod = withAuth(async ({ auth, degraded }) => ({ sub: auth.sub, degraded }))
