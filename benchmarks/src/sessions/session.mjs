// @ts-check

/**
 * Returns the session of a token, with a description of a device as applications keep it.
 *
 * @param {{ sub: string, sid: string }} token
 * @returns {import('@revoked/core/sessions').StoredSession}
 */
export function sessionOf({ sub, sid }) {
  const now = Date.now()
  return {
    id: sid,
    subject: sub,
    openedAt: now,
    usedAt: now,
    authenticatedAt: now,
    idleMs: 1_800_000,
    endsAt: now + 86_400_000,
    data: '{"name":"Firefox on Windows","ip":"203.0.113.7"}',
  }
}
