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
 * A client that may ask about tokens and take them back. Yours are in a database, with hashes of
 * their secrets.
 */
export const client = { id: 'api', secret: randomBytes(16).toString('hex') }

/**
 * An OpenID provider where people log in for us too. One with a key pair gets
 * `publicKey: createRemoteJWKSet(...)` of jose.
 */
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

/**
 * The client is the API, a resource server: it may see the access tokens that are for it, whoever
 * has them.
 */
const mayInspect: MayInspect = (clientId, { claims, type }) =>
  clientId === client.id && type === 'access' && claims.aud === audience

/** They end what carries the provider's `sub` or `sid`: our users have the same names there. */
const logoutTokens = createLogoutTokens({
  revocation,
  issuer: provider.issuer,
  audience: provider.ourClientId,
  algorithms: ['HS256'],
  keys: { secret: provider.secret },
})

export function start(port = 0): Promise<RunningServer> {
  const app = express()

  // Only so that there are tokens: the other examples have the rest of the routes.
  app.post('/login', express.json(), async (request, response) => {
    const session = await logIn(request.body)
    if (session) response.json(session)
    else response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'wrong_credentials' })
  })

  // `all`, as the endpoints know which method they take, and how to refuse another one.
  app.all('/revoke', toHandler(revocationEndpoint({ tokens, authenticateClient })))
  app.all('/introspect', toHandler(introspectionEndpoint({ tokens, authenticateClient, mayInspect })))
  app.all('/backchannel-logout', toHandler(backChannelLogoutEndpoint({ logoutTokens })))

  // Only for the demo: a provider signs logout tokens itself, and posts them.
  app.post('/provider/logout-token', async (_request, response) => {
    response.type('text').send(await signLogoutToken(provider, 'ada'))
  })

  // Last: what the login rejects with becomes 503. The endpoints answer by themselves.
  app.use(errorHandler())

  return listen(app, port)
}
