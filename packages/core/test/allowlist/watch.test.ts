import { createRevocation, type RevocationOptions } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import { hanging, storeError } from '../support/broken-stores.ts'
import { someClaims } from '../support/claims.ts'
import { followableStore } from '../support/followable-store.ts'
import { testSessions } from '../support/listed-sessions.ts'
import { pass, useVirtualTime } from '../support/virtual-time.ts'
import { codeOf } from '../support/watching.ts'

useVirtualTime()

function openListed(options: Partial<RevocationOptions> = {}) {
  const store = followableStore()
  const sessions = testSessions()
  sessions.put('alice', 'session-1')
  const all = { store, maxTokenLifetime: '60d', ...options } as const
  return {
    store,
    sessions,
    revocation: createRevocation({ ...all, allowlist: { sessions } }),
    another: createRevocation(all),
  }
}

describe('a watch with an allowlist', () => {
  test('goes on over a listed session until its sid is revoked', async () => {
    const { revocation, another } = openListed()
    const watch = revocation.watch(someClaims())
    await pass(5_000)
    expect(watch.signal.aborted).toBe(false)
    await another.revoke({ session: 'session-1' }, { reason: 'logout' })
    await pass(0)
    expect(watch.signal.reason).toMatchObject({ by: 'sid', reason: 'logout' })
  })

  test.each([
    ['of an unknown session', { sid: 'session-2' }],
    ['of another subject', { sub: 'bob' }],
    ['without sid', { sid: undefined }],
  ])('ends at once for a token %s, even under an open policy', async (_, fields) => {
    const { revocation } = openListed()
    const watch = revocation.watch(someClaims(fields), { failPolicy: 'open' })
    expect(watch.signal.aborted).toBe(false)
    await pass(10)
    expect(watch.signal.reason).toMatchObject({
      code: 'ERR_TOKEN_REVOKED',
      status: 401,
      by: 'sid',
      reason: 'not_listed',
    })
  })

  test('looks many tokens up at once, and ends those alone that are not listed', async () => {
    const { revocation, sessions } = openListed()
    const subjects = [{}, { sid: undefined }, { sid: 'session-2' }, { jti: 'token-2' }]
    const watches = subjects.map((fields) => revocation.watch(someClaims(fields)))
    await pass(10)
    expect(watches.map(codeOf)).toEqual([undefined, 'ERR_TOKEN_REVOKED', 'ERR_TOKEN_REVOKED', undefined])
    expect(sessions.asked).toHaveLength(1)
  })

  test.each<[string, () => unknown]>([
    ['rejects', () => Promise.reject(storeError)],
    ['hangs', hanging],
    ['answers too little', () => []],
  ])('is unconfirmed while the list %s: it ends at the bound, or goes on if it recovers', async (_, fault) => {
    const { revocation, sessions } = openListed()
    sessions.fault = fault
    const lost = revocation.watch(someClaims())
    await pass(1_500)
    expect(codeOf(lost)).toBeUndefined()
    await pass(2_000)
    expect(codeOf(lost)).toBe('ERR_REVOCATION_UNAVAILABLE')
    const recovering = revocation.watch(someClaims())
    await pass(500)
    sessions.fault = undefined
    await pass(10_000)
    expect(codeOf(recovering)).toBeUndefined()
  })

  test('goes on without the list under an open policy, and ends by a mark', async () => {
    const { revocation, another, sessions } = openListed({ failPolicy: 'open' })
    sessions.fault = () => Promise.reject(storeError)
    const watch = revocation.watch(someClaims())
    await pass(5_000)
    expect(codeOf(watch)).toBeUndefined()
    await another.revoke({ session: 'session-1' })
    await pass(0)
    expect(codeOf(watch)).toBe('ERR_TOKEN_REVOKED')
  })

  test('ends for a token that is not listed while the marks cannot be looked up', async () => {
    const { revocation, store } = openListed()
    store.faults.finds = storeError
    const watches = ['session-1', 'session-2'].map((sid) => revocation.watch(someClaims({ sid })))
    await pass(10)
    expect(watches.map(codeOf)).toEqual([undefined, 'ERR_TOKEN_REVOKED'])
  })

  test('ends for a revoked token while the list cannot be looked up', async () => {
    const { revocation, another, sessions } = openListed()
    await another.revoke({ session: 'session-1' })
    sessions.fault = () => Promise.reject(storeError)
    const watch = revocation.watch(someClaims())
    await pass(10)
    expect(codeOf(watch)).toBe('ERR_TOKEN_REVOKED')
  })
})
