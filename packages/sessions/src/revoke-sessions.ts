import type { Settings } from './options.ts'

/**
 * Revokes the tokens of sessions. Does nothing without a revocation.
 *
 * @throws what `revoke` throws: then they may or may not be revoked.
 */
export async function revokeSessions(
  { revocation, by, targetIssuer }: Settings,
  ids: readonly string[],
  reason?: string,
): Promise<void> {
  if (revocation === undefined || ids.length === 0) return
  const targets = ids.map((id) => (by === 'sid' ? { session: id, ...targetIssuer } : { jti: id, ...targetIssuer }))
  await revocation.revoke(targets, reason === undefined ? {} : { reason })
}
