import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { TokenPairs } from '../../src/index.ts'
import { partsOf, rejectionOf, secretText, subject, tampered } from '../support/fixtures.ts'
import {
  alice,
  claimsOf,
  familyOf,
  reused,
  type SessionWorld,
  sessionEnded,
  sessionWorld,
  unavailable,
} from '../support/refresh-fixtures.ts'

interface LoggedIn extends SessionWorld {
  readonly refreshToken: string
}

/**
 * A login of a minute ago. A revocation gives up after half a second of the machine's own clock.
 */
async function loggedIn(grace: '0s' | '5s'): Promise<LoggedIn> {
  const world = sessionWorld({ refresh: { grace }, revocation: { failPolicy: 'open', timeout: '100ms' } })
  const { refreshToken } = await world.tokens.issuePair(alice)
  world.clock.advance(60_000)
  return { ...world, refreshToken }
}

async function expectUsable(tokens: TokenPairs, refreshToken: string): Promise<void> {
  const next = await tokens.rotate(refreshToken)
  await tokens.verify(next.accessToken)
  await tokens.verifyRefresh(next.refreshToken)
}

describe.each(['0s', '5s'] as const)('with a grace of %s, and an open policy, rotate rejects with 503', (grace) => {
  test.each([1, 2])('if find %i fails: nothing is spent, and a retry works', async (nth) => {
    const { tokens, store, refreshToken } = await loggedIn(grace)
    store.fail('find', nth)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(unavailable)
    expect(store.size()).toBe(0)
    await expectUsable(tokens, refreshToken)
  })

  test('if the record fails without effect: a retry works', async () => {
    const { tokens, store, refreshToken } = await loggedIn(grace)
    store.fail('record', 1)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(unavailable)
    expect(store.size()).toBe(0)
    await expectUsable(tokens, refreshToken)
  })

  test('if the record hangs: a retry works once the store is back', async () => {
    const { tokens, store, refreshToken } = await loggedIn(grace)
    store.hold('record', 1)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(unavailable)
    await expectUsable(tokens, refreshToken)
  })

  test('if a reuse cannot end the session: the next reuse ends it', async () => {
    const { tokens, store, clock, refreshToken } = await loggedIn(grace)
    const next = await tokens.rotate(refreshToken)
    clock.advance(5_000)
    store.fail('record', 1)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(unavailable)
    await tokens.verify(next.accessToken)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(reused)
    await expect(tokens.verify(next.accessToken)).rejects.toMatchObject(sessionEnded)
  })
})

test('verifyRefresh rejects with 503 while the store is away, whatever the policy', async () => {
  const { tokens, store, refreshToken } = await loggedIn('0s')
  store.fail('find', 1)
  await expect(tokens.verifyRefresh(refreshToken)).rejects.toMatchObject(unavailable)
  expect((await tokens.verifyRefresh(refreshToken)).degraded).toBe(false)
})

describe('a rotation that was carried out, and whose answer was lost,', () => {
  test('counts: without a grace the retry ends the session', async () => {
    const { tokens, store, refreshToken } = await loggedIn('0s')
    store.fail('record', 1, 'after its effect')
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(unavailable)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(reused)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(sessionEnded)
  })

  test('is forgiven within the grace', async () => {
    const { tokens, store, refreshToken } = await loggedIn('5s')
    store.fail('record', 1, 'after its effect')
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(unavailable)
    await expectUsable(tokens, refreshToken)
  })

  test('is a first use all the same: the grace counts from it', async () => {
    const { tokens, store, clock, refreshToken } = await loggedIn('5s')
    store.fail('record', 1, 'after its effect')
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(unavailable)
    clock.advance(4_999)
    const next = await tokens.rotate(refreshToken)
    clock.advance(1)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject(reused)
    await expect(tokens.verify(next.accessToken)).rejects.toMatchObject(sessionEnded)
  })
})

describe('no error shows the token, its ids or its subject', () => {
  const secrets = ({ refreshToken }: LoggedIn): readonly string[] => {
    const { payload, signature } = partsOf(refreshToken)
    const { refresh } = claimsOf({ accessToken: refreshToken, refreshToken })
    return [payload, signature, subject, secretText, String(refresh.jti), String(refresh['sid']), familyOf(refresh).id]
  }

  const failures: readonly (readonly [title: string, code: string, fail: (world: LoggedIn) => Promise<unknown>])[] = [
    [
      'of a reuse',
      'ERR_REFRESH_REUSED',
      async ({ tokens, refreshToken }) => {
        await tokens.rotate(refreshToken)
        return await tokens.rotate(refreshToken)
      },
    ],
    [
      'of a session that was ended',
      'ERR_TOKEN_REVOKED',
      async ({ tokens, refreshToken }) => {
        await tokens.revoke(refreshToken)
        return await tokens.rotate(refreshToken)
      },
    ],
    [
      'of a token that was spent, and is looked at',
      'ERR_TOKEN_REVOKED',
      async ({ tokens, refreshToken }) => {
        await tokens.rotate(refreshToken)
        return await tokens.verifyRefresh(refreshToken)
      },
    ],
    [
      'of a store that is away when it is asked',
      'ERR_REVOCATION_UNAVAILABLE',
      ({ tokens, store, refreshToken }) => {
        store.fail('find', 1)
        return tokens.rotate(refreshToken)
      },
    ],
    [
      'of a store that is away when it is to write',
      'ERR_REVOCATION_UNAVAILABLE',
      ({ tokens, store, refreshToken }) => {
        store.fail('record', 1)
        return tokens.rotate(refreshToken)
      },
    ],
    ['of the wrong type', 'ERR_INVALID_TOKEN', ({ tokens, refreshToken }) => tokens.verify(refreshToken)],
    [
      'of a token that was tampered with',
      'ERR_INVALID_TOKEN',
      ({ tokens, refreshToken }) => tokens.rotate(tampered(refreshToken)),
    ],
    [
      'of an expired token',
      'ERR_INVALID_TOKEN',
      ({ tokens, clock, refreshToken }) => {
        clock.advance(10 * 86_400_000)
        return tokens.rotate(refreshToken)
      },
    ],
    [
      'of a token of the future',
      'ERR_TOKEN_LIFETIME',
      ({ tokens, clock, refreshToken }) => {
        clock.advance(-130_000)
        return tokens.rotate(refreshToken)
      },
    ],
  ]

  test.each(failures)('%s', async (_, code, fail) => {
    const world = await loggedIn('0s')
    const error = await rejectionOf(fail(world))
    expect(error).toMatchObject({ code })
    const everything = [inspect(error, { depth: 10, showHidden: true }), String(error), JSON.stringify(error)].join(' ')
    for (const secret of secrets(world)) expect(everything).not.toContain(secret)
  })

  test('of renew that answers another subject', async () => {
    const world = await loggedIn('0s')
    const error = await rejectionOf(world.tokens.rotate(world.refreshToken, { renew: () => ({ sub: 'mallory' }) }))
    for (const secret of [...secrets(world), 'mallory']) expect(inspect(error, { depth: 10 })).not.toContain(secret)
  })
})
