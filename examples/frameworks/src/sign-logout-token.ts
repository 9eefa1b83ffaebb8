import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'

/** An OpenID provider: its issuer, its secret and our client id there. */
export interface Provider {
  readonly issuer: string
  readonly ourClientId: string
  readonly secret: Uint8Array
}

/**
 * Signs a logout token as the provider does. It ends the sessions that the user has now, and none
 * that begin later, however late the token is delivered.
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
