import type { Claims, Revocation } from '@revoked/core'
import { eventually } from '@revoked/testing'
import { expect } from 'vitest'
import { tokenOf } from './fault-setup.ts'
import { failureOf, unavailable, verdictOn } from './settled.ts'

/** Expects every check to be unavailable, and every write to fail, within their deadlines. */
export async function expectUnavailable(revocation: Revocation, revoked: Claims): Promise<void> {
  const failing = Promise.all([
    failureOf(revocation.revoke({ token: tokenOf('late') })),
    failureOf(revocation.reinstate({ token: tokenOf('other') })),
  ])
  const verdicts = Promise.all([verdictOn(revocation, revoked), verdictOn(revocation, tokenOf('other'))])
  for (const verdict of (await Promise.all([verdicts, failing]))[0]) expect(verdict).toMatchObject(unavailable)
}

/**
 * Waits until the store answers again. Expects that the token is still revoked and that others can
 * be.
 */
export async function expectAvailable(revocation: Revocation, revoked: Claims): Promise<void> {
  const status = async (token: Claims): Promise<string> => (await revocation.check(token)).status
  await eventually(async () => (await status(revoked)) === 'revoked', 'the store answers again', 10_000)
  const token = tokenOf('afterwards')
  await revocation.revoke({ token })
  expect(await status(token)).toBe('revoked')
}
