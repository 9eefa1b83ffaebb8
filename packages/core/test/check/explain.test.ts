import {
  createRevocation,
  type Explanation,
  type RevocationOptions,
  type RevocationStore,
  type Target,
} from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayMs, someClaims, startMs, startSeconds, virtualRevocation } from '../support/claims.ts'

const now = () => startMs
const token = (fields: object = {}): Target => ({ token: someClaims(fields) })

/** Opens a revocation at the start of the virtual clock over a store. */
function over(store: RevocationStore, options: Partial<RevocationOptions> = {}) {
  return createRevocation({ store, maxTokenLifetime: '24h', now, ...options })
}

/** Returns scopes, with `!` before that of a mark that does not revoke. */
const scopesOf = (marks: readonly Explanation[]) => marks.map(({ scope, revokes }) => `${revokes ? '' : '!'}${scope}`)

describe('explain of a token', () => {
  test('returns every mark that applies, the most specific first', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ everything: true }, { reason: 'key_leaked' })
    await revocation.revoke({ claim: 'client_id', value: 'app-7' })
    await revocation.revoke({ subject: 'alice' }, { reason: 'banned', issuedBefore: startMs - 120_000 })
    await revocation.revoke({ session: 'session-1' }, { until: startMs + 5_000 })
    await revocation.revoke(token())
    await revocation.revoke({ subject: 'bob' })
    const marks = await revocation.explain(token())
    expect(scopesOf(marks)).toEqual(['jti', 'sid', '!sub', 'client_id', 'all'])
    expect(marks[1]).toEqual({
      scope: 'sid',
      cutoff: Infinity,
      expiresAt: startMs + 5_000,
      hasExemptions: false,
      revokes: true,
    })
    expect(marks[2]).toEqual({
      scope: 'sub',
      cutoff: startMs - 120_000,
      expiresAt: startMs + dayMs + 181_000,
      reason: 'banned',
      hasExemptions: false,
      revokes: false,
    })
  })

  test('asks the store once, for the keys of check', async () => {
    const { revocation, asked } = virtualRevocation()
    await revocation.check(someClaims())
    await revocation.explain(token())
    expect(asked).toHaveLength(2)
    expect(asked[1]).toEqual(asked[0])
  })

  test('says of a mark that exempts its session that it does not revoke it', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, { except: someClaims() })
    expect(await revocation.explain(token())).toMatchObject([{ scope: 'sub', hasExemptions: true, revokes: false }])
    const other = await revocation.explain(token({ sid: 'session-2' }))
    expect(other).toMatchObject([{ scope: 'sub', hasExemptions: true, revokes: true }])
  })

  test('says of allowRefresh that it revokes access tokens and no refresh tokens', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, { allowRefresh: true })
    const [mark] = await revocation.explain(token())
    expect(mark).toMatchObject({ cutoff: -Infinity, refreshBefore: startMs, revokes: true })
    expect(await revocation.explain(token(), { refresh: true })).toMatchObject([{ revokes: false }])
  })

  test('compares marks of a subject with the start of the session', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, { issuedBefore: startMs - 90_000 })
    await revocation.revoke({ claim: 'client_id', value: 'app-7' }, { issuedBefore: startMs - 90_000 })
    const marks = await revocation.explain(token({ session_at: startSeconds - 100 }))
    expect(scopesOf(marks)).toEqual(['sub', '!client_id'])
  })

  test('explains a token that check refuses for its life', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' })
    expect(scopesOf(await revocation.explain(token({ exp: startSeconds - 300, iat: startSeconds - 900 })))).toEqual([
      'sub',
    ])
    expect(scopesOf(await revocation.explain(token({ exp: startSeconds + 900_000 })))).toEqual(['sub'])
  })

  test('returns none after the end of the mark, or after it was reinstated', async () => {
    const { revocation, clock } = virtualRevocation()
    await revocation.revoke({ session: 'session-1' }, { until: startMs + 5_000 })
    await revocation.revoke({ subject: 'alice' })
    await revocation.reinstate({ subject: 'alice' })
    expect(scopesOf(await revocation.explain(token()))).toEqual(['sid'])
    clock.advance(5_000)
    expect(await revocation.explain(token())).toEqual([])
  })

  test('looks up the claims of other services over the store', async () => {
    const store = plainStore({ now })
    await over(store, { claims: ['tenant'] }).revoke({ claim: 'tenant', value: 'acme' })
    expect(scopesOf(await over(store).explain(token({ tenant: 'acme' })))).toEqual(['tenant'])
  })

  test('finds marks of both namings with alsoUnscoped', async () => {
    const store = plainStore({ now })
    const both = over(store, { issuer: '*', alsoUnscoped: true })
    await over(store).revoke({ subject: 'alice' }, { reason: 'before' })
    expect(await both.explain(token())).toMatchObject([{ scope: 'sub', reason: 'before', revokes: true }])
    expect(await both.explain({ subject: 'alice', issuer: 'https://b.example' })).toMatchObject([{ reason: 'before' }])
  })

  test('has a mark that revokes if and only if check says revoked', async () => {
    const targets: readonly Target[] = [
      token(),
      { session: 'session-1' },
      { subject: 'alice' },
      { claim: 'client_id', value: 'app-7' },
      { everything: true },
      { subject: 'bob' },
    ]
    const steps = fc.array(
      fc.record({
        target: fc.constantFrom(...targets),
        ago: fc.constantFrom(0, 60_000, 61_000, 120_000),
        way: fc.constantFrom('plain', 'except', 'allowRefresh'),
      }),
      { maxLength: 4 },
    )
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (revocations, refresh) => {
        const { revocation } = virtualRevocation()
        for (const { target, ago, way } of revocations) {
          const options = {
            issuedBefore: startMs - ago,
            ...(way === 'except' && { except: someClaims() }),
            ...(way === 'allowRefresh' && { allowRefresh: true }),
          }
          await revocation.revoke(target, 'token' in target || 'session' in target ? {} : (options as object))
        }
        const marks = await revocation.explain(token(), { refresh })
        const verdict = await revocation.check(someClaims(), { refresh })
        expect(marks.some(({ revokes }) => revokes)).toBe(verdict.status === 'revoked')
        if (verdict.status === 'revoked') expect(marks.find(({ revokes }) => revokes)?.scope).toBe(verdict.by)
      }),
      { numRuns: 200 },
    )
  })
})

describe('explain of another target', () => {
  test.each<[title: string, target: Target, scopes: readonly string[]]>([
    ['a jti', { jti: 'token-1' }, ['jti', 'all']],
    ['a jti of a subject', { jti: 'token-1', ofSubject: 'alice' }, ['jti', 'sub', 'all']],
    ['a session', { session: 'session-1' }, ['sid', 'all']],
    ['a session of a subject', { session: 'session-1', ofSubject: 'alice' }, ['sid', 'sub', 'all']],
    ['a subject', { subject: 'alice' }, ['sub', 'all']],
    ['a claim', { claim: 'client_id', value: 'app-7' }, ['client_id', 'all']],
    ['everything', { everything: true }, ['all']],
    ['a session of nobody', { session: 'session-9' }, ['all']],
  ])('returns the marks of %s', async (_, target, scopes) => {
    const { revocation, asked } = virtualRevocation()
    await revocation.revoke([token(), { session: 'session-1' }])
    await revocation.revoke([{ subject: 'alice' }, { claim: 'client_id', value: 'app-7' }, { everything: true }])
    expect(scopesOf(await revocation.explain(target))).toEqual(scopes)
    expect(asked).toHaveLength(1)
  })

  test('says of an old cutoff that it revokes what was issued until then', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, { issuedBefore: startMs - dayMs })
    expect(await revocation.explain({ subject: 'alice' })).toMatchObject([{ cutoff: startMs - dayMs, revokes: true }])
  })

  test('says of a mark that exempts the session, or the token, that it does not revoke it', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ subject: 'alice' }, { except: someClaims() })
    await revocation.revoke({ everything: true }, { except: someClaims({ sid: undefined }) })
    const session = await revocation.explain({ session: 'session-1', ofSubject: 'alice' })
    expect(scopesOf(session)).toEqual(['!sub', 'all'])
    expect(scopesOf(await revocation.explain({ jti: 'token-1', ofSubject: 'alice' }))).toEqual(['sub', '!all'])
    expect(await revocation.explain({ subject: 'alice' })).toMatchObject([
      { hasExemptions: true, revokes: true },
      { hasExemptions: true, revokes: true },
    ])
  })

  test('keeps the issuers apart', async () => {
    const revocation = over(plainStore({ now }), { issuer: '*' })
    await revocation.revoke({ subject: 'alice', issuer: 'https://a.example' })
    await revocation.revoke({ everything: true, issuer: 'https://b.example' })
    expect(scopesOf(await revocation.explain({ subject: 'alice', issuer: 'https://a.example' }))).toEqual(['sub'])
    expect(scopesOf(await revocation.explain({ subject: 'alice', issuer: 'https://b.example' }))).toEqual(['all'])
  })
})
