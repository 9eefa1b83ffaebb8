import { assertAllowed, type CheckOptions, type Revocation, refusalOf } from '@revoked/core'
import { nextMillisecond } from '../access/issue.ts'
import { onGivenClaims } from '../access/issue-claims.ts'
import type { RefreshClaims } from './refresh-claims.ts'
import type { NextClaims } from './renew.ts'

/** An open policy does not apply: a rotation is a write. */
const closed = { failPolicy: 'closed' } as const

/** How a rotation is judged. */
export interface RotationRules {
  /** Whether its claims are looked up again. */
  readonly renews: boolean
  /** Whether its session is about to be listed: an allowlist does not concern it yet. */
  readonly unlisted: boolean
}

/**
 * Asserts that a refresh token may be rotated. A revocation with `allowRefresh` refuses it unless
 * its claims are to be looked up again: stale claims must not live on.
 *
 * @throws TokenRevokedError, or RevocationUnavailableError whatever the policy.
 */
export async function assertRotatable(
  token: RefreshClaims,
  revocation: Revocation,
  { renews, unlisted }: RotationRules,
): Promise<void> {
  const options: CheckOptions = { ...closed, refresh: renews, unlisted }
  await revocation.assertActive(token, options)
}

/**
 * Asserts the same before claims are looked up again, if they are. If a revocation with
 * `allowRefresh` was recorded in this very millisecond, it resolves in the next one, so that the
 * new pair passes at once.
 *
 * @throws TokenRevokedError, or RevocationUnavailableError whatever the policy.
 */
export async function assertRotatableBefore(
  token: RefreshClaims,
  revocation: Revocation,
  rules: RotationRules,
): Promise<void> {
  const { renews, unlisted } = rules
  if (!renews) return await assertRotatable(token, revocation, rules)
  const verdict = await revocation.check({ ...token, claims_at: revocation.now() / 1_000 }, { ...closed, unlisted })
  if (refusalOf(verdict)?.code !== 'ERR_TOKEN_REVOKED') {
    assertAllowed(verdict)
    return
  }
  await assertRotatable(token, revocation, rules)
  await nextMillisecond()
}

/**
 * Asserts that claims that `renew` returned may be issued: what it changed, such as the client, may
 * have been revoked.
 *
 * @throws TokenRevokedError, or RevocationUnavailableError whatever the policy.
 */
export async function assertNextActive(
  { claims }: NextClaims,
  stamps: { readonly iss: string; readonly iat: number; readonly session_at: number },
  revocation: Revocation,
): Promise<void> {
  await onGivenClaims(revocation.assertActive({ ...claims, ...stamps }, { ...closed, refresh: true }))
}
