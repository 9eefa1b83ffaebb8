import { type FailPolicy, PartialAnswerError } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import { describe, expect, test, vi } from 'vitest'
import { hanging, storeError, storeWith } from '../support/broken-stores.ts'
import { someClaims, startMs } from '../support/claims.ts'
import { type ListedRevocationOptions, listedRevocation, testSessions } from '../support/listed-sessions.ts'
import { pass, useVirtualTime } from '../support/virtual-time.ts'

const failsToAnswer: readonly (readonly [string, () => unknown])[] = [
  ['rejects', () => Promise.reject(storeError)],
  [
    'throws',
    () => {
      throw storeError
    },
  ],
  ['answers undefined', () => undefined],
  ['answers null', () => null],
  ['answers an object', () => ({ 0: Infinity, length: 1 })],
  ['answers too little', () => []],
  ['answers too much', () => [Infinity, Infinity]],
  ['answers a promise of undefined', async () => undefined],
  ['answers a promise of too little', async () => []],
  ['answers with null', () => [null]],
  ['answers with true', () => [true]],
  ['answers with a string', async () => [String(Number.MAX_SAFE_INTEGER)]],
  ['answers with NaN', () => [Number.NaN]],
]

function checkWithFault(fault: () => unknown, { sessions = testSessions(), ...options }: ListedRevocationOptions = {}) {
  sessions.fault = fault
  return listedRevocation({ sessions, ...options }).revocation
}

describe.each(failsToAnswer)('a list that %s', (_, fault) => {
  test('is unavailable: the policy decides', async () => {
    const closed = await checkWithFault(fault).check(someClaims())
    expect(closed).toMatchObject({
      status: 'unavailable',
      allowed: false,
      error: { code: 'ERR_REVOCATION_UNAVAILABLE' },
    })
    expect(closed).toHaveProperty('error.cause', expect.any(Error))
    const open = await checkWithFault(fault).check(someClaims(), { failPolicy: 'open' })
    expect(open).toMatchObject({ status: 'unavailable', allowed: true })
  })

  test('does not keep a mark from refusing, whatever the policy', async () => {
    const revocation = checkWithFault(fault, { failPolicy: 'open' })
    await revocation.revoke({ session: 'session-1' })
    await expect(revocation.check(someClaims())).resolves.toMatchObject({ status: 'revoked', by: 'sid' })
  })

  test('answers in the same way once the settings are agreed', async () => {
    const revocation = checkWithFault(fault)
    await revocation.ready()
    await expect(revocation.check(someClaims())).resolves.toMatchObject({ status: 'unavailable', allowed: false })
  })
})

test('a list that answers rightly is available, so the faults above are the cause', async () => {
  await expect(checkWithFault(() => [Infinity]).check(someClaims())).resolves.toMatchObject({ status: 'active' })
  await expect(checkWithFault(() => [undefined]).check(someClaims())).resolves.toMatchObject({ reason: 'not_listed' })
  await expect(checkWithFault(() => [startMs]).check(someClaims())).resolves.toMatchObject({ reason: 'not_listed' })
})

test('the policy is asked once, about the failure of the marks if both fail', async () => {
  const failPolicy = vi.fn<Exclude<FailPolicy, string>>(() => 'open')
  const store = storeWith('find', () => Promise.reject(storeError))
  const revocation = checkWithFault(() => Promise.reject(new Error('of the list')), { store, failPolicy })
  const verdict = await revocation.check(someClaims())
  expect(verdict).toMatchObject({ status: 'unavailable', allowed: true })
  expect(failPolicy.mock.calls.map(([{ cause }]) => cause)).toEqual([storeError])
})

test('the policy is not asked if one look-up fails and the other one refuses', async () => {
  const failPolicy = vi.fn<Exclude<FailPolicy, string>>(() => 'open')
  const store = storeWith('find', () => Promise.reject(storeError))
  const { revocation } = listedRevocation({ store, failPolicy })
  await expect(revocation.check(someClaims({ sid: 'session-2' }))).resolves.toMatchObject({ reason: 'not_listed' })
  await expect(revocation.check(someClaims({ sub: undefined }))).resolves.toMatchObject({ reason: 'not_listed' })
  expect(failPolicy).not.toHaveBeenCalled()
  await expect(revocation.check(someClaims())).resolves.toMatchObject({ status: 'unavailable', allowed: true })
})

describe('a store that knows some marks only', () => {
  const knowing = (cutoff: number) => {
    const known = [{ key: { scope: 'sub', value: 'alice' }, mark: { cutoff, expiresAt: Infinity } }]
    return storeWith('find', () => Promise.reject(new PartialAnswerError(known)))
  }

  test('refuses by one of them, although the session is listed', async () => {
    const { revocation } = listedRevocation({ store: knowing(startMs), failPolicy: 'open' })
    await expect(revocation.check(someClaims())).resolves.toMatchObject({ status: 'revoked', by: 'sub' })
  })

  test('is unavailable otherwise, although the session is listed', async () => {
    const { revocation } = listedRevocation({ store: knowing(1) })
    await expect(revocation.check(someClaims())).resolves.toMatchObject({ status: 'unavailable', allowed: false })
  })
})

describe('the deadline', () => {
  useVirtualTime()

  async function verdictAfter(ms: number, options: ListedRevocationOptions, fault?: () => unknown): Promise<unknown> {
    const sessions = testSessions()
    sessions.fault = fault
    const { revocation } = listedRevocation({ timeout: '250ms', sessions, ...options })
    await revocation.ready()
    let verdict: unknown
    void revocation.check(someClaims()).then((settled) => {
      verdict = settled
    })
    await pass(ms)
    return verdict
  }

  const later = (ms: number, answer: unknown) => () => new Promise((resolve) => setTimeout(resolve, ms, answer))

  test.each([
    ['a list that hangs', {}, hanging],
    ['marks that hang', { store: storeWith('find', hanging) }, undefined],
    ['both if both hang', { store: storeWith('find', hanging) }, hanging],
    ['a list that answers too late', {}, later(260, [Infinity])],
  ])('makes %s unavailable, at the timeout and not before', async (_, options, fault) => {
    expect(await verdictAfter(249, options, fault)).toBeUndefined()
    expect(await verdictAfter(251, options, fault)).toMatchObject({ status: 'unavailable', allowed: false })
    await pass(1_000)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('counts from the start for both: slow answers do not add up', async () => {
    const store = storeWith('find', later(200, []))
    expect(await verdictAfter(210, { store }, later(200, [Infinity]))).toMatchObject({ status: 'active' })
    expect(await verdictAfter(251, { store }, hanging)).toMatchObject({ status: 'unavailable' })
  })

  test('refuses what is not listed while the marks hang', async () => {
    const store = storeWith('find', hanging)
    expect(await verdictAfter(251, { store, failPolicy: 'open' }, () => [undefined])).toMatchObject({
      reason: 'not_listed',
    })
  })

  test('leaves no timer behind an answer', async () => {
    const { revocation } = listedRevocation({ store: plainStore() })
    await revocation.check(someClaims())
    await pass(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('what the list rejects with after a mark has refused is no unhandled rejection', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  const revocation = checkWithFault(() => new Promise((_, reject) => setImmediate(reject, storeError)))
  await revocation.revoke({ session: 'session-1' })
  await expect(revocation.check(someClaims())).resolves.toMatchObject({ by: 'sid' })
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})
