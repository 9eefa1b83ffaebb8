import { describe, expect, test } from 'vitest'
import { goodClaims, signByHand, subject, tampered, world } from '../support/fixtures.ts'

describe('revoke', () => {
  test('refuses the token from then on, with the reason', async () => {
    const { tokens } = world()
    const token = await tokens.issue({ sub: subject })
    await tokens.revoke(token, { reason: 'logout' })
    await expect(tokens.verify(token)).rejects.toMatchObject({
      code: 'ERR_TOKEN_REVOKED',
      status: 401,
      statusCode: 401,
      by: 'jti',
      reason: 'logout',
    })
  })

  test('refuses that token alone: others of its session and subject pass', async () => {
    const { tokens } = world()
    const [one, other] = [
      await tokens.issue({ sub: subject, sid: 'laptop' }),
      await tokens.issue({ sub: subject, sid: 'laptop' }),
    ]
    await tokens.revoke(one)
    expect((await tokens.verify(other)).claims.sub).toBe(subject)
  })

  test('answers true to the first caller and false to the second', async () => {
    const { tokens } = world()
    const token = await tokens.issue({ sub: subject })
    expect(await tokens.revoke(token)).toMatchObject({ changed: true })
    expect(await tokens.revoke(token)).toMatchObject({ changed: false })
  })

  test('answers true to exactly one of 20 concurrent callers', async () => {
    const { tokens, store } = world()
    const token = await tokens.issue({ sub: subject })
    const results = await Promise.all(Array.from({ length: 20 }, () => tokens.revoke(token)))
    expect(results.filter(({ changed }) => changed)).toHaveLength(1)
    expect(store.size()).toBe(1)
  })

  test('is kept until the token has died by every clock', async () => {
    const { tokens, clock } = world({ tokens: { lifetime: '1h' } })
    const iat = Math.floor(clock.now() / 1_000)
    const { expiresAt } = await tokens.revoke(await tokens.issue({ sub: subject }))
    expect(expiresAt).toBe((iat + 3_600 + 121) * 1_000)
  })

  test('takes a token that another service issued in the name of the same issuer', async () => {
    const { tokens, clock } = world()
    const token = await signByHand(goodClaims(clock.now()))
    expect(await tokens.revoke(token)).toMatchObject({ changed: true })
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })
})

describe('revoke of an expired token', () => {
  test('beyond its margin answers false and writes nothing', async () => {
    const { tokens, clock, store } = world()
    const token = await tokens.issue({ sub: subject })
    store.calls.length = 0
    clock.advance((900 + 121) * 1_000)
    expect(await tokens.revoke(token)).toMatchObject({ changed: false })
    expect(store.calls).toEqual([])
    expect(store.size()).toBe(0)
  })

  test('beyond its margin rejects while the store is down: another service may allow more', async () => {
    const { tokens, clock, store } = world()
    const token = await tokens.issue({ sub: subject })
    store.goDown()
    clock.advance(86_400_000)
    await expect(tokens.revoke(token)).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
  })

  test('within the tolerance revokes: verifiers still accept it', async () => {
    const { tokens, clock } = world()
    const token = await tokens.issue({ sub: subject })
    clock.advance((900 + 30) * 1_000)
    expect((await tokens.verify(token)).claims.sub).toBe(subject)
    expect(await tokens.revoke(token)).toMatchObject({ changed: true })
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })
})

describe('revoke rejects, and nothing is recorded,', () => {
  test.each([
    ['tampered', tampered],
    ['cut short', (token: string) => token.slice(0, -10)],
    ['unsigned', (token: string) => token.slice(0, token.lastIndexOf('.') + 1)],
    ['empty', () => ''],
  ])('if the token is %s', async (_, spoil) => {
    const { tokens, store } = world()
    const token = await tokens.issue({ sub: subject })
    store.calls.length = 0
    await expect(tokens.revoke(spoil(token))).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN', status: 401 })
    expect(store.calls).toEqual([])
    expect((await tokens.verify(token)).claims.sub).toBe(subject)
  })

  test('if the token has no jti', async () => {
    const { tokens, clock, store } = world()
    const token = await signByHand(goodClaims(clock.now(), { jti: undefined }))
    expect((await tokens.verify(token)).claims.sub).toBe(subject)
    store.calls.length = 0
    await expect(tokens.revoke(token)).rejects.toMatchObject({ code: 'ERR_UNIDENTIFIABLE_TOKEN' })
    expect(store.calls).toEqual([])
  })

  test.each([
    ['is empty', '', RangeError],
    ['is too long', 'x'.repeat(65), RangeError],
    ['is no string', 7 as unknown as string, TypeError],
  ])('if the reason %s', async (_, reason, expected) => {
    const { tokens, store } = world()
    const token = await tokens.issue({ sub: subject })
    await expect(tokens.revoke(token, { reason })).rejects.toThrow(expected)
    expect(store.size()).toBe(0)
  })
})

test.each(['closed', 'open'] as const)(
  'revoke never says "done" while the store is down, whatever the policy: %s',
  async (failPolicy) => {
    const { tokens, store } = world({ revocation: { failPolicy } })
    const token = await tokens.issue({ sub: subject })
    store.goDown()
    await expect(tokens.revoke(token)).rejects.toMatchObject({
      name: 'RevocationUnavailableError',
      code: 'ERR_REVOCATION_UNAVAILABLE',
      status: 503,
      statusCode: 503,
    })
    store.comeBack()
    expect(await tokens.revoke(token)).toMatchObject({ changed: true })
  },
)

test('a token without jti is revoked by what identify answers', async () => {
  const { tokens, clock } = world({ revocation: { identify: ({ sub, iat }) => `${sub}@${iat}` } })
  const token = await signByHand(goodClaims(clock.now(), { jti: undefined }))
  expect(await tokens.revoke(token)).toMatchObject({ changed: true })
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'jti' })
})
