import { randomBytes } from 'node:crypto'
import { createRevocation } from '@revoked/core'
import { createAccessTokens } from '@revoked/jose'
import { memoryStore } from '@revoked/store-memory'

/**
 * The revocation of a service, created once. Several processes share a `redisStore` of
 * `@revoked/store-redis`, as it is or behind a `layeredStore`.
 */
export const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '1h' })

/** The tokens of a service. Its secret must not be random in production. */
export const tokens = createAccessTokens({
  revocation,
  issuer: 'https://login.example',
  audience: 'https://api.example',
  algorithms: ['HS256'],
  keys: { secret: randomBytes(32) },
  lifetime: '15m',
})

/** Returns the claims of a token. Rejects with an error that has a `status` if it is refused. */
export async function claimsOf(token = ''): Promise<{ readonly sub?: string | undefined }> {
  const { claims } = await tokens.verify(token.replace(/^Bearer /, ''))
  return claims
}

/** Returns the status of the answer to a request that failed with this error. */
export function statusOf(error: unknown): number {
  return error instanceof Error && 'status' in error ? Number(error.status) : 500
}
