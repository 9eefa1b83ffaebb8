import { describe, expect, test } from 'vitest'
import { goodClaims, moveTo, signByHand, subject, world } from '../support/fixtures.ts'

const expired = { code: 'ERR_INVALID_TOKEN', problem: 'ERR_JWT_EXPIRED', claim: 'exp' }

describe.each([
  ['0s', 0],
  ['60s', 60_000],
  ['5m', 300_000],
] as const)('with a clockTolerance of %s', (clockTolerance, toleranceMs) => {
  function tolerant(): ReturnType<typeof world> {
    return world({ revocation: { clockTolerance } })
  }

  test('a token is accepted until exp and the tolerance, and not at that instant', async () => {
    const { tokens, clock } = tolerant()
    const token = await tokens.issue({ sub: subject })
    const { exp = 0 } = (await tokens.verify(token)).claims
    const diesAt = exp * 1_000 + toleranceMs
    moveTo(clock, diesAt - 1)
    expect((await tokens.verify(token)).claims.sub).toBe(subject)
    moveTo(clock, diesAt)
    await expect(tokens.verify(token)).rejects.toMatchObject(expired)
  })

  test('its revocation holds to the last millisecond in which it would be accepted', async () => {
    const { tokens, clock } = tolerant()
    const token = await tokens.issue({ sub: subject })
    const { exp = 0 } = (await tokens.verify(token)).claims
    const diesAt = exp * 1_000 + toleranceMs
    expect(await tokens.revoke(token)).toEqual({ changed: true, expiresAt: diesAt + toleranceMs + 1_000 })
    for (const at of [exp * 1_000 - 1, diesAt - 1_000, diesAt - 999, diesAt - 1]) {
      moveTo(clock, at)
      await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    }
    moveTo(clock, diesAt)
    await expect(tokens.verify(token)).rejects.toMatchObject(expired)
  })

  test('a revocation in its last millisecond is recorded, and one past every clock is not', async () => {
    const { tokens, clock, store } = tolerant()
    const [early, late] = [await tokens.issue({ sub: subject }), await tokens.issue({ sub: subject })]
    const { exp = 0 } = (await tokens.verify(early)).claims
    moveTo(clock, exp * 1_000 + toleranceMs - 1)
    expect(await tokens.revoke(early)).toMatchObject({ changed: true })
    await expect(tokens.verify(early)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    clock.advance(toleranceMs + 1_001)
    store.calls.length = 0
    expect(await tokens.revoke(late)).toMatchObject({ changed: false })
    expect(store.calls).toEqual([])
  })

  test('nbf is allowed the same leeway', async () => {
    const { tokens, clock } = tolerant()
    const nbf = Math.floor(clock.now() / 1_000) + 600
    const token = await signByHand(goodClaims(clock.now(), { nbf }))
    moveTo(clock, nbf * 1_000 - toleranceMs - 1)
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN', claim: 'nbf' })
    clock.advance(1)
    expect((await tokens.verify(token)).claims.sub).toBe(subject)
  })

  test('the revocation of a subject holds to the end of the last token that it reaches', async () => {
    const { tokens, clock, revocation } = world({
      revocation: { clockTolerance, maxTokenLifetime: '1h' },
      tokens: { lifetime: '1h' },
    })
    const token = await tokens.issue({ sub: subject })
    const { exp = 0 } = (await tokens.verify(token)).claims
    await revocation.revoke({ subject })
    moveTo(clock, exp * 1_000 + toleranceMs - 1)
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sub' })
    clock.advance(1)
    await expect(tokens.verify(token)).rejects.toMatchObject(expired)
  })
})

test('the clock of the revocation is the only one: a token of another year verifies in it', async () => {
  const { tokens, clock } = world()
  moveTo(clock, Date.UTC(2040, 1, 29))
  const token = await tokens.issue({ sub: subject })
  expect((await tokens.verify(token)).claims.iat).toBe(Date.UTC(2040, 1, 29) / 1_000)
})
