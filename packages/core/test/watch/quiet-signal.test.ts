import type { Revocation } from '@revoked/core'
import { createFamilies } from '@revoked/core/families'
import { describe, expect, test } from 'vitest'
import { someClaims, startMs } from '../support/claims.ts'
import { pass, useVirtualTime } from '../support/virtual-time.ts'
import { codeOf, openWatched } from '../support/watching.ts'

useVirtualTime()

describe('the signal does not abort', () => {
  const elsewhere: readonly [string, (revocation: Revocation) => Promise<unknown>][] = [
    ['if another session is revoked', (revocation) => revocation.revoke({ session: 'session-2' })],
    ['if its session is exempt', (revocation) => revocation.revoke({ subject: 'alice' }, { except: someClaims() })],
    [
      'if it was issued after the cutoff',
      (revocation) => revocation.revoke({ subject: 'alice' }, { issuedBefore: startMs - 120_000 }),
    ],
    ['if the mark of its subject is forgotten', (revocation) => revocation.reinstate({ subject: 'alice' })],
    [
      'if a refresh token of its family is spent',
      (revocation) => createFamilies(revocation).spend('session-1', { generation: 1, tokenId: 'token-1' }),
    ],
  ]

  test.each(elsewhere)('%s', async (_, act) => {
    const { revocation, another } = openWatched()
    const watch = revocation.watch(someClaims())
    await pass(100)
    await act(another)
    await pass(10_000)
    expect(watch.signal.aborted).toBe(false)
    await another.revoke({ session: 'session-1' })
    await pass(0)
    expect(codeOf(watch)).toBe('ERR_TOKEN_REVOKED')
  })

  test('if its session is exempt, and the store hashes ids', async () => {
    const { revocation, another } = openWatched({}, { hashIds: true })
    const watches = ['session-1', 'session-2'].map((sid) => revocation.watch(someClaims({ sid })))
    await pass(100)
    await another.revoke({ subject: 'alice' }, { except: someClaims() })
    await pass(10_000)
    expect(watches.map(codeOf)).toEqual([undefined, 'ERR_TOKEN_REVOKED'])
  })

  test('at an entry of its session that revokes nothing', async () => {
    const { store, revocation, another } = openWatched()
    const watch = revocation.watch(someClaims())
    await pass(100)
    const family = { generation: 1, spentAt: startMs, tokenIds: ['token-1'], contested: 0 }
    const mark = { cutoff: -Infinity, expiresAt: startMs + 900_000, family }
    await store.record([{ key: { scope: 'sid', value: 'session-1' }, mark }])
    await pass(10_000)
    await another.revoke({ subject: 'alice' })
    await pass(0)
    expect(watch.signal.reason).toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sub' })
  })

  test('at a revocation with allowRefresh, if it is a refresh token', async () => {
    const { revocation, another } = openWatched()
    const watches = [false, true].map((refresh) => revocation.watch(someClaims(), { refresh }))
    await pass(100)
    await another.revoke({ subject: 'alice' }, { allowRefresh: true })
    await pass(10_000)
    expect(watches.map(codeOf)).toEqual(['ERR_TOKEN_REVOKED', undefined])
  })

  test('after the watch was closed', async () => {
    const { revocation, another } = openWatched()
    const watches = [revocation.watch(someClaims()), revocation.watch(someClaims())]
    watches[0]?.close()
    await pass(100)
    await another.revoke({ subject: 'alice' })
    await pass(0)
    expect(watches.map(codeOf)).toEqual([undefined, 'ERR_TOKEN_REVOKED'])
  })

  test('after the block of a using declaration', async () => {
    const { revocation, another } = openWatched()
    const watch = revocation.watch(someClaims())
    {
      using _ = watch
      await pass(100)
    }
    await another.revoke({ subject: 'alice' })
    await pass(100)
    expect(watch.signal.aborted).toBe(false)
  })
})
