import { createRevocation, type Target, type TokenRevokedError, type Watch } from '@revoked/core'
import { describe, expect, test, vi } from 'vitest'
import { someClaims, startMs, startSeconds } from '../support/claims.ts'
import { pass, useVirtualTime } from '../support/virtual-time.ts'
import { codeOf, openWatched } from '../support/watching.ts'

useVirtualTime()

describe('the signal aborts when the token is revoked', () => {
  test.each<[string, Target]>([
    ['jti', { token: someClaims() }],
    ['sid', { session: 'session-1' }],
    ['sub', { subject: 'alice' }],
    ['client_id', { claim: 'client_id', value: 'app-7' }],
    ['all', { everything: true }],
  ])('by its %s', async (scope, target) => {
    const { revocation, another } = openWatched()
    const watch = revocation.watch(someClaims())
    await pass(100)
    expect(watch.signal.aborted).toBe(false)
    await another.revoke<Target>(target, { reason: 'logout' })
    await pass(0)
    expect(watch.signal.reason).toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: scope, reason: 'logout', status: 401 })
    watch.close()
  })

  test('before the watch began', async () => {
    const { revocation, another } = openWatched()
    await another.revoke({ subject: 'alice' }, { reason: 'banned' })
    const watch = revocation.watch(someClaims())
    expect(watch.signal.aborted).toBe(false)
    await pass(10)
    expect(watch.signal.reason).toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sub', reason: 'banned' })
  })

  test('after it was looked up and before the log was read for the first time', async () => {
    const { store, revocation, another } = openWatched()
    store.faults.reads = new Error('not yet')
    const watch = revocation.watch(someClaims())
    await pass(50)
    expect(store.asked).toHaveLength(1)
    store.faults.pushes = 'lost'
    await another.revoke({ subject: 'alice' })
    store.faults.reads = undefined
    await pass(600)
    expect(codeOf(watch)).toBe('ERR_TOKEN_REVOKED')
  })

  test('within 0.3 of the bound if no push arrives', async () => {
    const { store, revocation, another } = openWatched()
    const watch = revocation.watch(someClaims(), { maxStaleness: '10s' })
    await pass(5_000)
    store.faults.pushes = 'lost'
    await another.revoke({ subject: 'alice' })
    await pass(3_000)
    expect(codeOf(watch)).toBe('ERR_TOKEN_REVOKED')
  })

  test("with issuer: '*', by the ids of its issuer only", async () => {
    const { revocation, another } = openWatched({ issuer: '*' })
    const watches = ['https://a.example', 'https://b.example'].map((iss) => revocation.watch(someClaims({ iss })))
    await pass(100)
    await another.revoke({ subject: 'alice', issuer: 'https://a.example' })
    await pass(0)
    expect(watches.map(codeOf)).toEqual(['ERR_TOKEN_REVOKED', undefined])
  })

  test('with alsoUnscoped, by a service without the issuer', async () => {
    const { store, revocation } = openWatched({ issuer: '*', alsoUnscoped: true })
    const unscoped = createRevocation({ store, maxTokenLifetime: '60d' })
    const watch = revocation.watch(someClaims())
    await pass(100)
    await unscoped.revoke({ subject: 'alice' })
    await pass(0)
    expect(codeOf(watch)).toBe('ERR_TOKEN_REVOKED')
  })

  test('if the logs name keys by a digest', async () => {
    const { revocation, another } = openWatched({}, { hashIds: true, logs: 3 })
    const watches = ['alice', 'bob'].map((sub) => revocation.watch(someClaims({ sub, sid: sub, jti: sub })))
    await pass(100)
    await another.revoke({ subject: 'alice' })
    await pass(0)
    expect(watches.map(codeOf)).toEqual(['ERR_TOKEN_REVOKED', undefined])
  })

  test('by a claim that only another service has in its options', async () => {
    const { store, revocation } = openWatched()
    const other = createRevocation({ store, maxTokenLifetime: '60d', claims: ['tenant'] })
    await other.ready()
    const watch = revocation.watch(someClaims({ tenant: 'acme' }))
    await pass(100)
    await other.revoke({ claim: 'tenant', value: 'acme' })
    await pass(0)
    expect(watch.signal.reason).toMatchObject({ by: 'tenant' })
  })

  test('by a claim that another service has begun to use, within two minutes', async () => {
    const { store, revocation } = openWatched()
    const watch = revocation.watch(someClaims({ tenant: 'acme' }))
    await pass(1_000)
    const other = createRevocation({ store, maxTokenLifetime: '60d', claims: ['tenant'] })
    await other.ready()
    await pass(120_000)
    await other.revoke({ claim: 'tenant', value: 'acme' }, { issuedBefore: startMs })
    await pass(0)
    expect(watch.signal.reason).toMatchObject({ by: 'tenant' })
  })

  test('by a claim that another service had revoked before it was found out', async () => {
    const { store, revocation } = openWatched()
    const watch = revocation.watch(someClaims({ tenant: 'acme' }))
    await pass(1_000)
    const other = createRevocation({ store, maxTokenLifetime: '60d', claims: ['tenant'] })
    await other.revoke({ claim: 'tenant', value: 'acme' })
    await pass(0)
    expect(codeOf(watch)).toBeUndefined()
    await pass(120_000)
    expect(watch.signal.reason).toMatchObject({ by: 'tenant' })
  })

  test('and only once, for all who listen', async () => {
    const { revocation, another } = openWatched()
    const watch = revocation.watch(someClaims())
    let aborts = 0
    watch.signal.addEventListener('abort', () => aborts++)
    await pass(100)
    await another.revoke([{ subject: 'alice' }, { session: 'session-1' }])
    await pass(5_000)
    expect(aborts).toBe(1)
  })

  test('if its listener watches the same token again', async () => {
    const { revocation, another } = openWatched()
    const watch = revocation.watch(someClaims())
    const again: Watch[] = []
    watch.signal.addEventListener('abort', () => again.push(revocation.watch(someClaims())))
    await pass(100)
    await another.revoke({ subject: 'alice' })
    await pass(100)
    expect(again.map(codeOf)).toEqual(['ERR_TOKEN_REVOKED'])
  })
})

describe('the signal aborts when the token expires', () => {
  test.each([
    ['at exp and the tolerance', someClaims({ exp: startSeconds + 840 }), 900_000],
    ['at iat and maxTokenLifetime, without exp', someClaims({ exp: undefined, iat: startSeconds }), 60 * 86_400_000],
    ['after more than 2^31 ms', someClaims({ exp: startSeconds + 40 * 86_400 }), 40 * 86_400_000 + 60_000],
  ])('%s', async (_, claims, endsAfterMs) => {
    const { revocation } = openWatched()
    const watch = revocation.watch(claims)
    await pass(10_000)
    // The clock of the tokens alone is set: a machine that sleeps runs no timers.
    vi.setSystemTime(startMs + endsAfterMs - 1_000)
    await pass(700)
    expect(codeOf(watch)).toBeUndefined()
    await pass(600)
    expect(watch.signal.reason).toMatchObject({ code: 'ERR_TOKEN_EXPIRED', name: 'TokenExpiredError', status: 401 })
  })

  test('had it expired before the watch began', async () => {
    const { revocation } = openWatched()
    const watch = revocation.watch(someClaims({ exp: startSeconds - 60 }))
    expect(watch.signal.aborted).toBe(false)
    await pass(0)
    expect(codeOf(watch)).toBe('ERR_TOKEN_EXPIRED')
  })
})

describe('the signal aborts as check rejects', () => {
  test.each([
    ['for a claim of a wrong type', someClaims({ sub: 7 }), 'ERR_INVALID_CLAIMS'],
    ['for a token that lives too long', someClaims({ exp: startSeconds + 61 * 86_400 }), 'ERR_TOKEN_LIFETIME'],
    ['for no claims', undefined, 'ERR_INVALID_CLAIMS'],
  ])('%s', async (_, claims, code) => {
    const { store, revocation } = openWatched()
    const watch = revocation.watch(claims as never)
    expect(watch.signal.aborted).toBe(false)
    await pass(0)
    expect(codeOf(watch)).toBe(code)
    await expect(revocation.check(claims as never)).rejects.toHaveProperty('code', code)
    expect(store.subscriptions()).toBe(0)
  })
})

test('the reason of an abort names no claim', async () => {
  const { revocation, another } = openWatched()
  const watch = revocation.watch(someClaims())
  await another.revoke({ subject: 'alice' })
  await pass(100)
  expect(JSON.stringify([watch.signal.reason, String(watch.signal.reason)])).not.toContain('alice')
  expect((watch.signal.reason as TokenRevokedError).by).toBe('sub')
})
