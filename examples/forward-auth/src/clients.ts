/** The clients that may use the endpoints of OAuth. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { AuthenticateClient } from '@revoked/http/oauth'

/** The SHA-256 of the secret of each client, by its id. */
export type Clients = ReadonlyMap<string, Buffer>

/**
 * Reads `id=<SHA-256 of the secret in hex>` pairs, separated by commas. Secrets must be random: a
 * plain hash protects no password.
 *
 * @throws Error for a pair that is malformed, or an id that comes twice.
 */
export function clients(given: string): Clients {
  const found = new Map<string, Buffer>()
  for (const pair of given.split(',').map((item) => item.trim())) {
    const [, id, hash] = /^([^=\s]+)=([0-9a-f]{64})$/i.exec(pair) ?? []
    if (id === undefined || hash === undefined)
      throw new Error('must be pairs of an id and the SHA-256 of the secret: id=<64 hex digits>')
    if (found.has(id)) throw new Error('must not name a client twice')
    found.set(id, Buffer.from(hash, 'hex'))
  }
  return found
}

/** Creates the function that compares secrets, in a time that tells nothing about them. */
export function createAuthenticate(known: Clients): AuthenticateClient {
  const nobody = Buffer.alloc(32)
  return (credentials) => {
    if (credentials === undefined) return undefined
    const { clientId, clientSecret } = credentials
    const given = createHash('sha256').update(clientSecret).digest()
    const isEqual = timingSafeEqual(given, known.get(clientId) ?? nobody)
    return isEqual && known.has(clientId) ? clientId : undefined
  }
}
