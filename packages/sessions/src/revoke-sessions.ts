import type { RevokeOptions } from '@revoked/core'
import type { Settings } from './options.ts'

/**
 * Revokes the tokens of sessions. Does nothing without a revocation.
 *
 * @throws what `revoke` throws: then they may or may not be revoked.
 */
export async function revokeSessions(
  { revocation, by, targetIssuer }: Settings,
  subject: string,
  ids: readonly string[],
  { reason, actor, dryRun }: Pick<RevokeOptions, 'reason' | 'actor' | 'dryRun'> = {},
): Promise<void> {
  if (revocation === undefined || ids.length === 0) return
  const named = { ofSubject: subject, ...targetIssuer }
  const targets = ids.map((id) => (by === 'sid' ? { session: id, ...named } : { jti: id, ...named }))
  await revocation.revoke(targets, {
    ...(reason !== undefined && { reason }),
    ...(actor !== undefined && { actor }),
    ...(dryRun !== undefined && { dryRun }),
  })
}
