import { createRevocation } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import { describe, expect, test } from 'vitest'
import { someClaims, startMs, startSeconds, virtualClock } from '../support/claims.ts'

describe('what is dead for one service may live for another one', () => {
  const month = 30 * 86_400

  /** A service for tokens of an hour and one for tokens of a month, over one store. */
  async function twoServices() {
    const clock = virtualClock()
    const store = plainStore(clock)
    const [short, long] = (['1h', '30d'] as const).map((maxTokenLifetime) =>
      createRevocation({ store, maxTokenLifetime, now: clock.now }),
    )
    if (short === undefined || long === undefined) throw new Error('There are two.')
    await long.ready()
    return { short, long }
  }

  test('so its token is revoked for as long as the other one accepts it', async () => {
    const { short, long } = await twoServices()
    const old = someClaims({ iat: startSeconds - 86_400, exp: startSeconds - 86_400 + month })
    await expect(long.isRevoked(old)).resolves.toBe(false)
    await expect(short.revoke({ token: old })).resolves.toMatchObject({ changed: true })
    await expect(long.isRevoked(old)).resolves.toBe(true)
  })

  test('so a cutoff reaches back as far as the other one accepts tokens', async () => {
    const { short, long } = await twoServices()
    const old = someClaims({ iat: startSeconds - 7 * 86_400, exp: startSeconds + 86_400 })
    const issuedBefore = startMs - 6 * 86_400_000
    await expect(short.revoke({ subject: 'alice' }, { issuedBefore })).resolves.toMatchObject({ changed: true })
    await expect(long.isRevoked(old)).resolves.toBe(true)
  })
})
