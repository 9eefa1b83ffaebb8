import { createRevocation } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { expect, test } from 'vitest'
import { alice, sessionTokens } from '../support/refresh-fixtures.ts'

test('the audit trail has no entry of a rotation, and one of a reuse, with its subject', async () => {
  const clock = virtualClock()
  const store = memoryStore({ now: clock.now, auditFor: '30d' })
  const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now })
  const tokens = sessionTokens(revocation)
  const first = await tokens.issuePair(alice)
  clock.advance(60_000)
  const second = await tokens.rotate(first.refreshToken)
  expect((await revocation.audit()).entries).toEqual([])
  clock.advance(60_000)
  await expect(tokens.rotate(first.refreshToken)).rejects.toMatchObject({ code: 'ERR_REFRESH_REUSED' })
  await expect(tokens.rotate(second.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  const { entries } = await revocation.audit({ subject: alice.sub })
  expect(entries).toMatchObject([{ action: 'revoke', key: { scope: 'sid' }, reason: 'refresh_reused' }])
  expect((await revocation.audit()).entries).toEqual(entries)
})
