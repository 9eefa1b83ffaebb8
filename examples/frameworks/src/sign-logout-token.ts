import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'

/** What an OpenID provider signs logout tokens with, and for whom. */
export interface Provider {
  readonly issuer: string
  readonly ourClientId: string
  readonly secret: Uint8Array
}

/**
 * Plays the provider: signs a logout token that ends the sessions which a user has by now. Later
 * ones are not meant, however late the token is delivered.
 */
export function signLogoutToken({ issuer, ourClientId, secret }: Provider, user: string): Promise<string> {
  return new SignJWT({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
    .setProtectedHeader({ alg: 'HS256', typ: 'logout+jwt' })
    .setIssuer(issuer)
    .setAudience(ourClientId)
    .setSubject(user)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('2m')
    .sign(secret)
}
