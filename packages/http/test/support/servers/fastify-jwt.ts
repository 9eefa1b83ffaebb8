import { fastifyJwt as fastifyJwt10 } from '@fastify/jwt'
import { fastifyJwt as fastifyJwt9 } from '@fastify/jwt-9'
import { failOpenForReads } from '@revoked/http'
import { requireActive, withAuth } from '@revoked/http/fastify'
import { fastify, type RouteHandlerMethod } from 'fastify'
import type { Framework } from '../framework.ts'

export const fastifyJwtServers: readonly Framework[] = [
  serverOf('Fastify 5 with @fastify/jwt 10', fastifyJwt10),
  serverOf('Fastify 5 with @fastify/jwt 9', fastifyJwt9),
]

function serverOf(name: string, fastifyJwt: typeof fastifyJwt10): Framework {
  return {
    name,
    start: async ({ revocation, secret, issuer, audience, onUnavailable, onRefused }) => {
      const app = fastify()
      app.register(fastifyJwt, { secret, verify: { allowedIss: issuer, allowedAud: audience, algorithms: ['HS256'] } })
      app.register(requireActive, { revocation, onUnavailable, onRefused })
      app.get('/closed', tell)
      app.get('/open', { config: { failPolicy: 'open' } }, tell)
      app.get('/observed', { config: { mode: 'observe' } }, tell)
      app.route({ method: ['GET', 'POST'], url: '/by-method', config: { failPolicy: failOpenForReads }, handler: tell })
      const url = await app.listen({ host: '127.0.0.1', port: 0 })
      return { url, close: () => app.close() }
    },
  }
}

const tell: RouteHandlerMethod = withAuth(async ({ user, degraded }) => ({
  sub: (user as { sub?: string }).sub,
  degraded,
}))
