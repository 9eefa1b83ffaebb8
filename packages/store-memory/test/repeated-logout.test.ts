import { createRevocation, type LogEntry } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { describe, expect, test } from 'vitest'

const dayMs = 86_400_000

function claimsOf(fields: { readonly issuedAt: number; readonly lifetime: number }) {
  const iat = Math.floor(fields.issuedAt / 1_000)
  return { jti: 'j', sid: 's', sub: 'ada', iat, exp: iat + fields.lifetime }
}

/** Returns a revocation, and the entries of its store's log, which show each write. */
function observed() {
  const clock = virtualClock()
  const store = memoryStore({ now: clock.now })
  const changes: LogEntry[] = []
  store.subscribe(0, { entries: (entries) => changes.push(...entries), wake: () => undefined })
  const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now })
  return { clock, revocation, changes }
}

describe('a repeated logout writes nothing', () => {
  test('of a token', async () => {
    const { clock, revocation, changes } = observed()
    const token = claimsOf({ issuedAt: clock.now(), lifetime: 900 })
    await revocation.revoke({ token }, { reason: 'logout' })
    for (let nth = 0; nth < 5; nth++) {
      clock.advance(1_000)
      const again = await revocation.revoke({ token }, { reason: 'logout' })
      expect(again.changed).toBe(false)
    }
    expect(changes).toHaveLength(1)
  })

  test('of a token that has expired', async () => {
    const { clock, revocation, changes } = observed()
    const expired = claimsOf({ issuedAt: clock.now() - 900_000, lifetime: 700 })
    await expect(revocation.revoke({ token: expired })).resolves.toMatchObject({ changed: false })
    await revocation.revoke({ session: 'other' })
    expect(changes).toHaveLength(1)
  })

  test('of a session, but for one write in each 64th part of maxTokenLifetime', async () => {
    const { clock, revocation, changes } = observed()
    const period = dayMs / 64
    for (let nth = 0; nth < 640; nth++) {
      await revocation.revoke({ session: 's' }, { reason: 'logout' })
      clock.advance(period / 64)
    }
    expect(changes.length).toBeGreaterThan(9)
    expect(changes.length).toBeLessThan(13)
  })
})
