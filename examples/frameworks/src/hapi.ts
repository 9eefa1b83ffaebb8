import { server as createServer } from '@hapi/hapi'
import * as hapiJwt from '@hapi/jwt'
import { failOpenForReads, logoutEndpoint } from '@revoked/http'
import { errorHandler, toHandler, validate } from '@revoked/http/hapi'
import { audience, issuer, logIn, refresh, revocation, secret, tokens } from './accounts.ts'
import type { RunningServer } from './listen.ts'

/** Starts the example. */
export async function start(port = 0): Promise<RunningServer> {
  const server = createServer({ host: '127.0.0.1', port })

  // @hapi/jwt verifies as before, then calls `validate`. While the store is down, GET requests
  //   pass.
  await server.register(hapiJwt)
  server.auth.strategy('token', 'jwt', {
    keys: [{ key: secret, algorithms: ['HS256'] }],
    verify: { iss: issuer, aud: audience, sub: false },
    validate: validate(revocation, { failPolicy: failOpenForReads }),
  })
  server.auth.default('token')

  // What @hapi/jwt and the handlers refuse becomes 400, 401 or 503, with the headers that belong to
  // it.
  server.ext('onPreResponse', errorHandler())

  server.route({ method: 'GET', path: '/me', handler: ({ auth }) => ({ user: auth.credentials['sub'] }) })

  server.route({
    method: 'POST',
    path: '/login',
    options: { auth: false },
    handler: async (request, h) => {
      const session = await logIn(request.payload)
      if (session) return session
      return h.response({ error: 'wrong_credentials' }).code(401).header('WWW-Authenticate', 'Bearer')
    },
  })

  server.route({
    method: 'POST',
    path: '/refresh',
    options: { auth: false },
    handler: (request) => refresh(request.payload),
  })

  server.route({
    method: 'POST',
    path: '/logout',
    // The strategy would refuse an expired token.
    options: { auth: false },
    handler: toHandler(logoutEndpoint({ tokens })),
  })

  await server.start()
  return { url: server.info.uri, close: () => server.stop() }
}
