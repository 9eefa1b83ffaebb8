import { randomBytes, timingSafeEqual } from 'node:crypto'
import { errorHandler, toHandler } from '@revoked/http/express'
import {
  type AuthenticateClient,
  backChannelLogoutEndpoint,
  introspectionEndpoint,
  type MayInspect,
  revocationEndpoint,
} from '@revoked/http/oauth'
import { createLogoutTokens } from '@revoked/jose'
import express from 'express'
import { audience, logIn, revocation, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'
import { type Provider, signLogoutToken } from './sign-logout-token.ts'

/**
 * A client that may introspect and revoke tokens. A real service stores hashes of client secrets.
 */
export const client = { id: 'api', secret: randomBytes(16).toString('hex') }

/** An OpenID provider. One with a key pair: `publicKey: createRemoteJWKSet(...)` of jose. */
export const provider: Provider = {
  issuer: 'https://provider.example',
  ourClientId: 'our-client',
  secret: randomBytes(32),
}

const authenticateClient: AuthenticateClient = (credentials) => {
  const given = Buffer.from(credentials?.clientSecret ?? '')
  const expected = Buffer.from(client.secret)
  const isRight = given.length === expected.length && timingSafeEqual(given, expected)
  return isRight && credentials?.clientId === client.id ? client.id : undefined
}

/** Lets the API, a resource server, introspect all access tokens for its audience. */
const mayInspect: MayInspect = (clientId, { claims, type }) =>
  clientId === client.id && type === 'access' && claims.aud === audience

/**
 * Logout tokens of the provider. They end sessions by the provider's `sub` or `sid`, which ours
 * equal.
 */
const logoutTokens = createLogoutTokens({
  revocation,
  issuer: provider.issuer,
  audience: provider.ourClientId,
  algorithms: ['HS256'],
  keys: { secret: provider.secret },
})

/** Starts the example. */
export function start(port = 0): Promise<RunningServer> {
  const app = express()

  // This route issues tokens to try. The other examples have the rest of the routes.
  app.post('/login', express.json(), async (request, response) => {
    const session = await logIn(request.body)
    if (session) response.json(session)
    else response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'wrong_credentials' })
  })

  // `all`, because the endpoints refuse other methods themselves.
  app.all('/revoke', toHandler(revocationEndpoint({ tokens, authenticateClient })))
  app.all('/introspect', toHandler(introspectionEndpoint({ tokens, authenticateClient, mayInspect })))
  app.all('/backchannel-logout', toHandler(backChannelLogoutEndpoint({ logoutTokens })))

  // For the demo only: a real provider signs logout tokens and posts them.
  app.post('/provider/logout-token', async (_request, response) => {
    response.type('text').send(await signLogoutToken(provider, 'ada'))
  })

  // Mounted last: answers errors of the login with 503. The endpoints do not need it.
  app.use(errorHandler())

  return listen(app, port)
}
