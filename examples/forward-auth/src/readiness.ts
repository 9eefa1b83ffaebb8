import type { Revocation } from '@revoked/core'
import type { OpenStore } from './open-store.ts'

/** Why the server must get no requests. */
export type UnreadyReason = 'draining' | 'settings' | 'store' | 'follower' | 'keys'

/** What readiness depends on. */
export interface ReadinessSources {
  readonly revocation: Revocation
  readonly isFollowing: OpenStore['isFollowing']
  readonly loadKeys: () => Promise<void>
  readonly isDraining: () => boolean
}

/**
 * Creates the function that tells whether requests can be answered: the services agree on their
 * settings, the store answers, the cache follows it, and there are keys. Resolves with why not.
 */
export function createReadiness(sources: ReadinessSources): () => Promise<UnreadyReason | undefined> {
  const { revocation, isFollowing, loadKeys, isDraining } = sources
  return async () => {
    if (isDraining()) return 'draining'
    const disagreement = await revocation.ready().then(() => undefined, reasonOf)
    if (disagreement !== undefined) return disagreement
    const now = Math.floor(revocation.now() / 1_000)
    // No cache knows a new id, so the store is asked, unless there is a mirror.
    const { status } = await revocation.check({ jti: crypto.randomUUID(), iat: now, exp: now + 60 })
    if (status === 'unavailable') return 'store'
    if (!isFollowing()) return 'follower'
    return await loadKeys().then(
      () => undefined,
      () => 'keys' as const,
    )
  }
}

function reasonOf(error: unknown): UnreadyReason {
  return error instanceof Error && 'code' in error && error.code !== 'ERR_REVOCATION_UNAVAILABLE' ? 'settings' : 'store'
}
