import { describe, expect, test } from 'vitest'
import { rejectionOf } from '../support/fixtures.ts'
import { alice, reused, sessionEnded, sessionWorld, unavailable } from '../support/refresh-fixtures.ts'

const failing = {
  renew: (): never => {
    throw new Error('the database is away')
  },
}

describe('a reuse is judged before renew is called', () => {
  test.each(['0s', '5s'] as const)('so that a renew that throws hides none, with a grace of %s', async (grace) => {
    const { tokens, clock } = sessionWorld({ refresh: { grace } })
    const stolen = await tokens.issuePair(alice)
    clock.advance(60_000)
    const ofThief = await tokens.rotate(stolen.refreshToken)
    clock.advance(5_000)
    await expect(tokens.rotate(stolen.refreshToken, failing)).rejects.toMatchObject(reused)
    await expect(tokens.rotate(ofThief.refreshToken)).rejects.toMatchObject(sessionEnded)
  })

  test('and judged again if the token was spent while renew was failing', async () => {
    const { tokens, clock } = sessionWorld()
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(60_000)
    const renew = async (): Promise<never> => {
      await tokens.rotate(refreshToken)
      throw new Error('the database is away')
    }
    await expect(tokens.rotate(refreshToken, { renew })).rejects.toMatchObject(reused)
  })

  test('and a renew that throws at a first use leaves the token as it is', async () => {
    const { tokens, clock } = sessionWorld()
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(60_000)
    expect(await rejectionOf(tokens.rotate(refreshToken, failing))).toMatchObject({ message: 'the database is away' })
    await tokens.rotate(refreshToken)
  })
})

/** Resolves to how long the promise took to reject, in ms. */
async function msToReject(promise: Promise<unknown>, expected: object): Promise<number> {
  const startedAt = performance.now()
  await expect(promise).rejects.toMatchObject(expected)
  return performance.now() - startedAt
}

describe('rotate answers within the deadlines of the revocation', () => {
  // A check has 100 ms, a write 500 ms.
  const slack = 2_000

  test.each([
    ['find', 1, '0s'],
    ['find', 2, '0s'],
    ['record', 1, '0s'],
    ['find', 3, '0s'],
    ['find', 4, '5s'],
  ] as const)('with 503 if %s %i hangs', async (method, nth, grace) => {
    const { tokens, store, clock } = sessionWorld({ refresh: { grace }, revocation: { timeout: '100ms' } })
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(60_000)
    if (grace !== '0s') await tokens.rotate(refreshToken)
    store.hold(method, nth)
    expect(await msToReject(tokens.rotate(refreshToken), unavailable)).toBeLessThan(600 + slack)
  })

  test('with 503 if the end of a reused session hangs, and the next reuse ends it', async () => {
    const { tokens, store, clock } = sessionWorld({ revocation: { timeout: '100ms' } })
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(60_000)
    await tokens.rotate(refreshToken)
    store.hold('record', 1)
    expect(await msToReject(tokens.rotate(refreshToken), unavailable)).toBeLessThan(600 + slack)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(reused)
  })

  test('with 503 if renew hangs, and the token stays as good as before', async () => {
    const { tokens, clock } = sessionWorld({ revocation: { timeout: '100ms' } })
    const { refreshToken } = await tokens.issuePair(alice)
    clock.advance(60_000)
    const renew = (): Promise<never> => new Promise(() => {})
    expect(await msToReject(tokens.rotate(refreshToken, { renew }), unavailable)).toBeLessThan(500 + slack)
    await tokens.rotate(refreshToken)
  })
})
