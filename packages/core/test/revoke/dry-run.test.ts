import { createRevocation, type RevocationStore, type RevokeOptions, type Target } from '@revoked/core'
import { withTrail } from '@revoked/testing/audited-store'
import { plainStore } from '@revoked/testing/plain-store'
import { beginTransaction } from '@revoked/testing/simulated-transaction'
import { withTransactions } from '@revoked/testing/transactional-store'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { storeError, storeWith } from '../support/broken-stores.ts'
import { rejectionOf, someClaims, startMs, virtualClock, virtualRevocation } from '../support/claims.ts'
import { followableStore } from '../support/followable-store.ts'

const dryRun = { dryRun: true } as const
const someTargets: readonly Target[] = [
  { token: someClaims() },
  { token: someClaims({ jti: 'token-2' }) },
  { session: 'session-1' },
  { subject: 'alice' },
  { subject: 'bob' },
  { claim: 'client_id', value: 'app-7' },
  { everything: true },
]

describe('a dry run of revoke', () => {
  test('writes nothing, and says what would change', async () => {
    const { revocation, recorded } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' })
    recorded.length = 0
    const results = await revocation.revoke([{ subject: 'bob' }, { session: 's' }, { subject: 'bob' }], dryRun)
    expect(results.map(({ changed }) => changed)).toEqual([true, true, false])
    expect(recorded).toEqual([])
    await expect(revocation.check(someClaims({ sub: 'bob' }))).resolves.toHaveProperty('status', 'active')
    await expect(revocation.revoke({ subject: 'bob' })).resolves.toHaveProperty('changed', true)
  })

  test('of one target resolves to one result, with its instants', async () => {
    const { revocation } = virtualRevocation()
    const planned = await revocation.revoke({ subject: 'alice' }, { ...dryRun, reason: 'banned' })
    expect(await revocation.revoke({ subject: 'alice' }, { reason: 'banned' })).toEqual(planned)
    await expect(revocation.revoke({ subject: 'alice' }, dryRun)).resolves.toHaveProperty('changed', false)
  })

  test('answers what the call answers afterwards, for any targets', async () => {
    const targets = fc.array(fc.constantFrom(...someTargets), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(targets, targets, fc.integer({ min: 0, max: 2_000 }), async (before, then, pause) => {
        const { revocation, clock } = virtualRevocation()
        await revocation.revoke(before)
        clock.advance(pause)
        const planned = await revocation.revoke(then, dryRun)
        expect(await revocation.revoke(then)).toEqual(planned)
      }),
    )
  })

  test('answers as the call for both namings of a key', async () => {
    const clock = virtualClock()
    const both = { store: plainStore(clock), maxTokenLifetime: '24h', now: clock.now, issuer: '*' } as const
    const revocation = createRevocation({ ...both, alsoUnscoped: true })
    const target = { subject: 'alice', issuer: 'https://a.example' }
    await expect(revocation.revoke(target, dryRun)).resolves.toHaveProperty('changed', true)
    await createRevocation(both).revoke(target)
    await expect(revocation.revoke(target, dryRun)).resolves.toHaveProperty('changed', false)
  })

  test('has no entry in the audit trail', async () => {
    const clock = virtualClock()
    const store = withTrail(plainStore(clock), clock)
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now })
    await revocation.revoke({ subject: 'alice' }, { ...dryRun, actor: 'support-7' })
    expect((await revocation.audit()).entries).toEqual([])
  })

  test('reports the progress of many targets', async () => {
    const { revocation } = virtualRevocation()
    const seen: number[] = []
    const targets = Array.from({ length: 1_200 }, (_, index) => ({ subject: `user-${index}` }))
    await revocation.revoke(targets, { ...dryRun, onProgress: ({ recorded }) => seen.push(recorded) })
    expect(seen).toEqual([500, 1_000, 1_200])
  })

  test.each<[title: string, answer: () => unknown]>([
    ['rejects', () => Promise.reject(storeError)],
    ['answers nothing', async () => undefined],
  ])('rejects if find %s, whatever the policy is', async (_, answer) => {
    const store: RevocationStore = storeWith('find', answer)
    for (const failPolicy of ['closed', 'open'] as const) {
      const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: () => startMs, failPolicy })
      await expect(rejectionOf(revocation.revoke({ subject: 'alice' }, dryRun))).resolves.toHaveProperty(
        'code',
        'ERR_REVOCATION_UNAVAILABLE',
      )
    }
  })

  test.each(['yes', 1, null])('%j is no dryRun, and nothing is written', async (value) => {
    const { revocation, recorded } = virtualRevocation()
    const options = { dryRun: value } as unknown as RevokeOptions
    await expect(revocation.revoke({ subject: 'alice' }, options)).rejects.toThrow(TypeError)
    expect(recorded).toEqual([])
  })

  test('is refused within a transaction', async () => {
    const clock = virtualClock()
    const store = withTransactions(followableStore(clock), clock)
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now })
    const inside = revocation.within(beginTransaction())
    await expect(inside.revoke({ subject: 'alice' }, dryRun)).rejects.toThrow(TypeError)
  })

  test('is no option of reinstate', async () => {
    const { revocation } = virtualRevocation()
    await expect(revocation.revoke({ subject: 'alice' }, { dryRun: false })).resolves.toHaveProperty('changed', true)
    await expect(revocation.isRevoked(someClaims())).resolves.toBe(true)
  })
})
