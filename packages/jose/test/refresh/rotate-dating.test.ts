import { describe, expect, test } from 'vitest'
import { subject } from '../support/fixtures.ts'
import { alice, claimsOf, sessionWorld } from '../support/refresh-fixtures.ts'

/** What a revocation may take to be stored, and then to be heard of by a cache. */
const cases = [
  { timeout: '1s', writeMs: 5_000 },
  { timeout: '100ms', writeMs: 500 },
  { timeout: '10s', writeMs: 50_000 },
] as const
const stalenessMs = 60_000

describe.each(cases)('with a timeout of $timeout', ({ timeout, writeMs }) => {
  const furthest = writeMs + stalenessMs

  test.each([0, 1, furthest / 2, furthest - 1, furthest])(
    'a revocation that began %i ms before a rotation and was not visible to it reaches the new pair',
    async (before) => {
      const { tokens, store, clock } = sessionWorld({ revocation: { timeout } })
      const { refreshToken } = await tokens.issuePair(alice)
      clock.advance(3_600_000)
      const cutoff = clock.now() - before
      const next = await tokens.rotate(refreshToken)
      await store.record([{ key: { scope: 'sub', value: subject }, mark: { cutoff, expiresAt: cutoff + 86_460_000 } }])
      const refused = { code: 'ERR_TOKEN_REVOKED', by: 'sub' }
      await expect(tokens.verify(next.accessToken)).rejects.toMatchObject(refused)
      await expect(tokens.rotate(next.refreshToken)).rejects.toMatchObject(refused)
    },
  )

  test('a pair is dated back no further, in whole seconds, and never before its token', async () => {
    const { tokens, clock } = sessionWorld({ revocation: { timeout } })
    let pair = await tokens.issuePair(alice)
    const { iat: first = 0 } = claimsOf(pair).refresh
    for (const step of [1_000, furthest - 1_250, 250, 750, 1_000, 3_600_000, 1]) {
      clock.advance(step)
      pair = await tokens.rotate(pair.refreshToken)
      const iat = Math.max(first, Math.floor((clock.now() - furthest) / 1_000))
      expect(claimsOf(pair)).toMatchObject({ access: { iat }, refresh: { iat } })
    }
  })

  test('it is dated back from when it was begun, however long the store and renew take', async () => {
    const { tokens, store, clock } = sessionWorld({ revocation: { timeout } })
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(3_600_000)
    const cutoff = clock.now() - furthest
    const looks = [store.hold('find', 1), store.hold('find', 2)]
    const rotating = tokens.rotate(refreshToken, {
      renew: (claims) => {
        clock.advance(600_000)
        return claims
      },
    })
    await expect.poll(() => store.calls.filter((name) => name === 'find').length).toBe(3)
    clock.advance(5_000)
    for (const look of looks) look()
    const next = await rotating
    await store.record([{ key: { scope: 'sub', value: subject }, mark: { cutoff, expiresAt: cutoff + 86_460_000 } }])
    await expect(tokens.verify(next.accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sub' })
  })
})
