import { InvalidClaimsError } from '@revoked/core'
import type { RequireTokenOptions, VerifiesTokens } from '@revoked/http'
import { requireToken } from '@revoked/http/fetch'
import type { createAccessTokens, RevocableTokens, TokenPairs } from '@revoked/jose'
import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { expectAnswer } from '../support/expect-answer.ts'
import { invalid, missing, unavailable } from '../support/expectations.ts'
import { createWorld, secrets, type World } from '../support/setup.ts'
import { noteUnhandledRejections } from '../support/unhandled-rejections.ts'

type Options = Partial<RequireTokenOptions<Request>>

const unhandled = noteUnhandledRejections()
const never = () => new Promise<never>(() => {})
let world: World
beforeEach(() => {
  world = createWorld()
})

/** Returns what the guard makes of a request with a token. */
async function authenticate(options: Options, token?: string) {
  const bearer = token ?? (await world.tokens.issue({ sub: secrets.subject }))
  const request = new Request('https://api.example/', { headers: { authorization: `Bearer ${bearer}` } })
  return await requireToken({ tokens: world.tokens, ...options })(request)
}

/** Expects a refusal, and returns what the hooks learned. */
async function expectRefusal(expected: typeof missing, options: Options, token?: string): Promise<unknown[]> {
  const told: unknown[] = []
  const onRefused = (error: unknown) => told.push(error)
  const { refusal } = await authenticate({ onRefused, onUnavailable: onRefused, ...options }, token)
  await expectAnswer(refusal ?? new Response(), expected)
  return told
}

test('accepts the tokens of every factory of jose', () => {
  expectTypeOf<RevocableTokens>().toExtend<VerifiesTokens>()
  expectTypeOf<TokenPairs>().toExtend<VerifiesTokens>()
  expectTypeOf<ReturnType<typeof createAccessTokens>>().toExtend<VerifiesTokens>()
})

describe('getToken', () => {
  test('may be asynchronous', async () => {
    const token = await world.tokens.issue({ sub: secrets.subject })
    const { claims } = await authenticate({ getToken: async () => token })
    expect(claims?.sub).toBe(secrets.subject)
    await expectRefusal(missing, { getToken: async () => undefined })
  })

  test.each([
    ['throws', () => throwDefect()],
    ['rejects', async () => throwDefect()],
  ])('that %s is a defect, which the framework answers', async (_, getToken) => {
    await expect(authenticate({ getToken })).rejects.toThrow('a defect')
  })
})

test.each<[string, Options]>([
  ['the keys', { tokens: { verify: never } }],
  ['getToken', { getToken: never }],
])('answers 503 at the timeout if %s never come', async (_, options) => {
  const told = await expectRefusal(unavailable, { ...options, timeout: '20ms' })
  expect(told).toEqual([expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' })])
})

test.each([
  ['throws', () => throwDefect()],
  ['rejects', async () => throwDefect()],
])('a failPolicy that %s is closed', async (_, failPolicy) => {
  const token = await world.tokens.issue({ sub: secrets.subject })
  world.goDown('rejects')
  await expectRefusal(unavailable, { failPolicy: failPolicy as never }, token)
  expect(await unhandled()).toEqual([])
})

describe('onRefused', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a lifetime that is too long', { exp: Date.now() / 1_000 + 1e7 }, { code: 'ERR_TOKEN_LIFETIME' }],
    ['a numeric sub', { sub: 42 }, { claim: 'sub' }],
    ['another issuer', { iss: 'https://other.example' }, { code: 'ERR_INVALID_TOKEN', claim: 'iss' }],
  ])('learns of %s', async (_, changes, expected) => {
    const told = await expectRefusal(invalid, {}, await world.signByHand(changes))
    expect(told).toEqual([expect.objectContaining(expected)])
  })

  test('learns that there was no token', async () => {
    const told = await expectRefusal(missing, { getToken: () => undefined })
    expect(told).toEqual([expect.objectContaining({ code: 'ERR_TOKEN_MISSING', name: 'BearerTokenError' })])
  })
})

test("refuses a token without sub, unless subject is 'optional'", async () => {
  const token = await world.signByHand({ sub: undefined })
  const told = await expectRefusal(invalid, {}, token)
  expect(told).toEqual([expect.any(InvalidClaimsError)])
  expect((await authenticate({ subject: 'optional' }, token)).refusal).toBeUndefined()
})

test('refuses wrong options', () => {
  const { tokens } = world
  for (const timeout of [0, 15_000, '30d'] as const) expect(() => requireToken({ tokens, timeout })).toThrow(/timeout/)
  expect(() => requireToken({ tokens, subject: 'none' as never })).toThrow(/subject/)
  expect(() => requireToken({ tokens, onRefused: 'log' as never })).toThrow(/onRefused/)
})

function throwDefect(): never {
  throw new Error('a defect')
}
