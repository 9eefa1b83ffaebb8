import { fastifyJwt } from '@fastify/jwt'
import { logoutEndpoint } from '@revoked/http'
import { errorHandler, requireActive, toHandler, withAuth } from '@revoked/http/fastify'
import { fastify } from 'fastify'
import { audience, issuer, logIn, refresh, revocation, secret, tokens } from './accounts.ts'
import type { RunningServer } from './listen.ts'

/** Starts the example. */
export async function start(port = 0): Promise<RunningServer> {
  const app = fastify()
  app.register(fastifyJwt, { secret, verify: { allowedIss: issuer, allowedAud: audience, algorithms: ['HS256'] } })

  // Answers errors of the handlers with 401 or 503.
  app.setErrorHandler(errorHandler())

  app.post('/login', async (request, reply) => {
    const session = await logIn(request.body)
    if (session) return session
    return reply.code(401).header('WWW-Authenticate', 'Bearer').send({ error: 'wrong_credentials' })
  })

  app.post('/refresh', async (request) => refresh(request.body))

  // Outside the guarded scope, which would refuse an expired token.
  app.post('/logout', toHandler(logoutEndpoint({ tokens })))

  // Every route that is registered here needs a token. requireActive calls `request.jwtVerify()`.
  app.register(async (guarded) => {
    guarded.register(requireActive, { revocation })

    // With `open`, the route answers while the store is down. `request.user` is set as before.
    guarded.get(
      '/me',
      { config: { failPolicy: 'open' } },
      withAuth(async (request) => ({ user: request.auth.sub })),
    )
  })

  const url = await app.listen({ host: '127.0.0.1', port })
  return { url, close: () => app.close() }
}
