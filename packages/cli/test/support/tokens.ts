import { createRevocation, type Revocation } from '@revoked/core'
import type { Place } from './stores.ts'

/** Returns an unsigned token with these claims: the command line verifies no signature. */
export function tokenOf(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part(claims)}.c2lnbmF0dXJl`
}

/** Claims of a token that was issued a minute ago. */
export function claimsOf(subject: string): { sub: string; jti: string; sid: string; iat: number; exp: number } {
  const iat = Math.floor(Date.now() / 1_000) - 60
  return { sub: subject, jti: `jti-of-${subject}`, sid: `sid-of-${subject}`, iat, exp: iat + 900 }
}

/** Returns the revocation of the application over a place, after it has agreed on its settings. */
export async function applicationOver({ store }: Place): Promise<Revocation> {
  const revocation = createRevocation({ store, maxTokenLifetime: '1h', claims: ['client_id'], timeout: '5s' })
  await revocation.ready()
  return revocation
}
