import { inspect } from 'node:util'
import {
  createRevocation,
  type FailPolicy,
  type Families,
  type Key,
  type Mark,
  PartialAnswerError,
  type RevocationStore,
  RevocationUnavailableError,
} from '@revoked/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { brokenAnswers, hanging, storeError, storeWith } from '../support/broken-stores.ts'
import { dayMs, rejectionOf, startMs, virtualRevocation } from '../support/claims.ts'

const family = 'S3CRET-family'
const policies: readonly FailPolicy[] = ['closed', 'open', () => 'open']

function over(store: RevocationStore, failPolicy: FailPolicy = 'open'): Families {
  return createRevocation({ store, maxTokenLifetime: '24h', failPolicy, now: () => startMs }).families
}

function expectUnavailable(error: unknown): void {
  expect(error).toBeInstanceOf(RevocationUnavailableError)
  expect(error).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', status: 503, cause: expect.any(Error) })
  expect(String(error)).not.toContain('S3CRET')
}

/** An answer for our family, with fields of any type. */
function answering(fields: object, key: Key = { scope: 'fam', value: family }) {
  const spent: Mark = { cutoff: 1, expiresAt: startMs + dayMs, reason: `spent ${Number.MAX_SAFE_INTEGER - startMs}` }
  return async () => [{ key, mark: { ...spent, ...fields } }]
}

test('what the marks of the tests below begin with is in order', async () => {
  await expect(over(storeWith('find', answering({}))).lastSpent(family)).resolves.toEqual({
    generation: 1,
    spentAt: startMs,
  })
})

describe('lastSpent is unavailable, whatever the policy, over a store whose find', () => {
  test.each<readonly [string, () => unknown]>([
    ...brokenAnswers,
    ['answers text', async () => 'none'],
    ['answers a mark without a reason', answering({ reason: undefined })],
    ['answers a mark with the reason of a revocation', answering({ reason: 'logout' })],
    ['answers a mark with half of a reason', answering({ reason: 'spent 12' })],
    ['answers a mark with more than a reason', answering({ reason: 'spent 9007199254740991 or so' })],
    ['answers a mark with a reason that is no text', answering({ reason: 7 })],
    ['answers a cutoff that is NaN', answering({ cutoff: Number.NaN })],
    ['answers a cutoff between two generations', answering({ cutoff: 1.5 })],
    ['answers a cutoff before the first generation', answering({ cutoff: 0 })],
    ['answers a cutoff that is text', answering({ cutoff: '1' })],
    ['answers no cutoff', answering({ cutoff: undefined })],
    ['answers the key without a mark', async () => [{ key: { scope: 'fam', value: family } }]],
    ['answers the mark of another family', answering({}, { scope: 'fam', value: 'other' })],
    ['answers the mark of another scope', answering({}, { scope: 'sub', value: family })],
  ])('%s', async (_, answer) => {
    for (const policy of policies) {
      expectUnavailable(await rejectionOf(over(storeWith('find', answer), policy).lastSpent(family)))
    }
  })

  test('could answer in part only, even where that part is what was asked for', async () => {
    const known = await answering({})()
    const partly = new PartialAnswerError(known, { cause: storeError })
    for (const policy of policies) {
      const families = over(
        storeWith('find', () => Promise.reject(partly)),
        policy,
      )
      const error = await rejectionOf(families.lastSpent(family))
      expectUnavailable(error)
      expect(error).toHaveProperty('cause', partly)
    }
  })
})

describe('spend is unavailable, whatever the policy, over a store whose record', () => {
  test.each<readonly [string, () => unknown]>([
    ['rejects', () => Promise.reject(storeError)],
    [
      'throws',
      () => {
        throw storeError
      },
    ],
    ['could answer in part only', () => Promise.reject(new PartialAnswerError([], { cause: storeError }))],
    ['answers undefined', () => undefined],
    ['answers a promise of null', async () => null],
    ['answers an object', async () => ({})],
    ['answers true', async () => true],
    ['answers text', async () => 'true'],
    ['answers for fewer marks than it was given', async () => []],
    ['answers for more marks than it was given', async () => [true, true]],
    ['answers an array of nothing', async () => [undefined]],
    ['answers an array of null', async () => [null]],
    ['answers an array of text', async () => ['false']],
    ['answers an array of numbers', async () => [1]],
  ])('%s', async (_, answer) => {
    for (const policy of policies) {
      expectUnavailable(await rejectionOf(over(storeWith('record', answer), policy).spend(family, 1)))
    }
  })
})

test('what the store failed with is the cause', async () => {
  const failing = () => Promise.reject(storeError)
  await expect(over(storeWith('find', failing)).lastSpent(family)).rejects.toHaveProperty('cause', storeError)
  await expect(over(storeWith('record', failing)).spend(family, 1)).rejects.toHaveProperty('cause', storeError)
})

describe('the deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each<[string, 'find' | 'record', number, (families: Families) => Promise<unknown>]>([
    ['lastSpent is that of a check', 'find', 250, ({ lastSpent }) => lastSpent(family)],
    ['spend is that of a write', 'record', 1_250, ({ spend }) => spend(family, 1)],
  ])('of %s, and not before', async (_, method, deadlineMs, operation) => {
    const store = storeWith(method, hanging)
    const { families } = createRevocation({ store, maxTokenLifetime: '24h', timeout: '250ms', failPolicy: 'open' })
    const settled = vi.fn()
    const rejection = rejectionOf(operation(families)).finally(settled)
    await vi.advanceTimersByTimeAsync(deadlineMs - 1)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expectUnavailable(await rejection)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('leaves no timer pending where the store answers, or fails', async () => {
    const { families } = virtualRevocation().revocation
    await families.spend(family, 1)
    await families.lastSpent(family)
    await rejectionOf(over(storeWith('record', () => Promise.reject(storeError))).spend(family, 1))
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('wrong arguments', () => {
  test.each([[''], [undefined], [null], [7], [[family]], [{ id: family }]])(
    'the family %j is refused with a TypeError, and the store is not called',
    async (id) => {
      const { revocation, recorded, asked } = virtualRevocation()
      const { spend, lastSpent } = revocation.families
      for (const operation of [spend(id as string, 1), lastSpent(id as string)]) {
        const error = await rejectionOf(operation)
        expect(error).toBeInstanceOf(TypeError)
        expect(inspect(error)).not.toContain('S3CRET')
      }
      expect([recorded, asked]).toEqual([[], []])
    },
  )

  test.each([[0], [-1], [1.5], [Number.NaN], [Infinity], [2 ** 53], ['1'], [1n], [undefined], [null]])(
    'the generation %s is refused with a RangeError, and the store is not called',
    async (generation) => {
      const { revocation, recorded, asked } = virtualRevocation()
      const error = await rejectionOf(revocation.families.spend(family, generation as number))
      expect(error).toBeInstanceOf(RangeError)
      expect(inspect(error)).not.toContain('S3CRET')
      expect([recorded, asked]).toEqual([[], []])
    },
  )
})

test('a clock that answers no number spends nothing', async () => {
  const { revocation, recorded } = virtualRevocation({ now: () => Number.NaN })
  await expect(revocation.families.spend(family, 1)).rejects.toThrow(TypeError)
  expect(recorded).toEqual([])
})

test.each<[string, () => unknown]>([
  ['nonsense', answering({ reason: family, cutoff: family })],
  ['nothing', async () => undefined],
  ['text', async () => family],
  ['an object', async () => ({ family })],
])('no error shows the id of a family, where the store answers %s', async (_, answer) => {
  const errors = [
    await rejectionOf(over(storeWith('find', answer)).lastSpent(family)),
    await rejectionOf(over(storeWith('record', async () => [])).spend(family, 1)),
  ]
  for (const error of errors) expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('S3CRET')
})
