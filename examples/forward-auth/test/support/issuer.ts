import type { KeyObject } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** What no log, header of a refusal or message may contain. */
export const secrets = ['S3CRET-subject', 'S3CRET-session', 'S3CRET-password', 'S3CRET-client-secret', 'eyJ'] as const

export const subject: string = secrets[0]
const issuer = 'https://login.example'
const audience = 'https://api.example'

/** An authorization server, with the variables that name its key. */
export interface Issuer {
  readonly env: Readonly<Record<string, string>>
  readonly publicJwk: Readonly<Record<string, unknown>>
  /** Signs an access token. A change to `undefined` leaves a claim out. */
  readonly sign: (changes?: Readonly<Record<string, unknown>>, key?: CryptoKey | KeyObject) => Promise<string>
}

export async function createIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)) }
  return {
    publicJwk,
    env: { ISSUER: issuer, AUDIENCE: audience, ALGORITHMS: 'ES256', KEY: JSON.stringify(publicJwk) },
    sign: async (changes = {}, key: CryptoKey | KeyObject = privateKey) => {
      const iat = Math.floor(Date.now() / 1_000)
      const ids = { sub: subject, sid: secrets[1], jti: crypto.randomUUID(), client_id: 'web', scope: 'api:read' }
      const claims: JWTPayload = { iss: issuer, aud: audience, ...ids, iat, exp: iat + 900, ...changes }
      return await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(key)
    },
  }
}
