import type { Claims } from '@revoked/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hanging, storeWith } from '../support/broken-stores.ts'
import { dayMs, rejectionOf, someClaims, startSeconds, virtualRevocation } from '../support/claims.ts'

/** Collects rejections that nobody handles: by default, one of them ends a Node process. */
function unhandledRejections(): unknown[] {
  const seen: unknown[] = []
  const collect = (reason: unknown) => void seen.push(reason)
  process.on('unhandledRejection', collect)
  onTestFinished(() => void process.off('unhandledRejection', collect))
  return seen
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
const late = async () => {
  throw new Error('late')
}

describe('a callback that returns a promise which rejects ends no process', () => {
  test('failPolicy closes', async () => {
    const seen = unhandledRejections()
    const store = storeWith('find', () => Promise.reject(new Error('down')))
    const { revocation } = virtualRevocation({ store, failPolicy: late as never })
    expect(await revocation.check(someClaims())).toMatchObject({ status: 'unavailable', allowed: false })
    await nextTurn()
    expect(seen).toEqual([])
  })

  test.each([
    ['identify', { identify: late as never }, someClaims({ jti: undefined })],
    ['a claim reader', { claims: [{ name: 'actor', read: late as never }] }, someClaims()],
  ])('%s makes the claims unusable', async (_, options, claims: Claims) => {
    const seen = unhandledRejections()
    const { revocation, asked } = virtualRevocation(options)
    expect(await rejectionOf(revocation.check(claims))).toMatchObject({ code: 'ERR_INVALID_CLAIMS' })
    await nextTurn()
    expect({ seen, asked }).toEqual({ seen: [], asked: [] })
  })
})

test.each([
  ['identify', { identify: () => raise() }, someClaims({ jti: undefined })],
  ['a claim reader', { claims: [{ name: 'actor', read: () => raise() }] }, someClaims()],
  ['now', { now: () => raise() }, someClaims()],
])('%s that throws lets nobody pass, and the error is its own', async (_, options, claims: Claims) => {
  const { revocation } = virtualRevocation({ ...options, store: storeWith('find', hanging), failPolicy: 'open' })
  expect(await rejectionOf(revocation.check(claims))).toHaveProperty('message', 'a bug of the application')
})

test.each([
  ['a promise', Promise.resolve(0)],
  ['NaN', Number.NaN],
  ['nothing', undefined],
])('now that returns %s is a mistake of the options, and no fault of the token', async (_, instant) => {
  const { revocation, asked, recorded } = virtualRevocation({ now: () => instant as never, failPolicy: 'open' })
  expect(await rejectionOf(revocation.check(someClaims()))).toBeInstanceOf(TypeError)
  expect(await rejectionOf(revocation.revoke({ token: someClaims() }))).toBeInstanceOf(TypeError)
  expect({ asked, recorded }).toEqual({ asked: [], recorded: [] })
})

function raise(): never {
  throw new Error('a bug of the application')
}

describe('a token of the year 9999', () => {
  const distant = someClaims({ exp: 253_402_300_799 })

  test('is refused for its lifetime, and not for its unit', async () => {
    const { revocation } = virtualRevocation()
    expect(await rejectionOf(revocation.check(distant))).toMatchObject({ code: 'ERR_TOKEN_LIFETIME' })
  })

  test('leaves no mark that is kept for so long', async () => {
    const { revocation } = virtualRevocation()
    const { expiresAt } = await revocation.revoke({ token: distant })
    expect(expiresAt).toBe((startSeconds - 60) * 1_000 + dayMs + 121_000)
  })
})
