import { inspect } from 'node:util'
import {
  createRevocation,
  type FailPolicy,
  type Key,
  type Mark,
  PartialAnswerError,
  type RevocationStore,
  RevocationUnavailableError,
} from '@revoked/core'
import { createFamilies, type Families } from '@revoked/core/families'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { brokenAnswers, hanging, storeError, storeWith } from '../support/broken-stores.ts'
import { dayMs, rejectionOf, startMs, virtualRevocation } from '../support/claims.ts'

const family = 'S3CRET-family'
const policies: readonly FailPolicy[] = ['closed', 'open', () => 'open']

function over(store: RevocationStore, failPolicy: FailPolicy = 'open'): Families {
  return createFamilies(createRevocation({ store, maxTokenLifetime: '24h', failPolicy, now: () => startMs }))
}

function expectUnavailable(error: unknown): void {
  expect(error).toBeInstanceOf(RevocationUnavailableError)
  expect(error).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', status: 503, cause: expect.any(Error) })
  expect(String(error)).not.toContain('S3CRET')
}

const use = (generation: number) => ({ generation, tokenId: 'token-1' })

/** An answer for our family, with fields of any type. */
function answering(fields: object, key: Key = { scope: 'fam', value: family }) {
  const record = { generation: 1, spentAt: startMs, tokenIds: ['token-1'], contested: 0, ...fields }
  return async () => [{ key, mark: { cutoff: -Infinity, expiresAt: startMs + dayMs, family: record } as Mark }]
}

test('the record that the tests below spoil is in order', async () => {
  await expect(over(storeWith('find', answering({}))).find(family)).resolves.toEqual({
    generation: 1,
    spentAt: startMs,
    tokenIds: ['token-1'],
    contested: 0,
  })
})

describe('find is unavailable, whatever the policy, over a store whose find', () => {
  test.each<readonly [string, () => unknown]>([
    ...brokenAnswers,
    ['answers text', async () => 'none'],
    ['answers a mark without a record', async () => [{ key: { scope: 'fam', value: family }, mark: { cutoff: 1 } }]],
    ['answers no generation', answering({ generation: undefined })],
    ['answers a generation that is NaN', answering({ generation: Number.NaN })],
    ['answers a generation between two', answering({ generation: 1.5 })],
    ['answers a generation before the first', answering({ generation: 0 })],
    ['answers a generation that is text', answering({ generation: '1' })],
    ['answers no instant', answering({ spentAt: undefined })],
    ['answers an instant that is text', answering({ spentAt: '7' })],
    ['answers no token ids', answering({ tokenIds: undefined })],
    ['answers a token id that is no text', answering({ tokenIds: [7] })],
    ['answers a contested generation that is NaN', answering({ contested: Number.NaN })],
    ['answers the key without a mark', async () => [{ key: { scope: 'fam', value: family } }]],
    ['answers the mark of another family', answering({}, { scope: 'fam', value: 'other' })],
    ['answers the mark of another scope', answering({}, { scope: 'sub', value: family })],
  ])('%s', async (_, answer) => {
    for (const policy of policies) {
      expectUnavailable(await rejectionOf(over(storeWith('find', answer), policy).find(family)))
    }
  })

  test('could answer in part only, even if that part is what was asked for', async () => {
    const known = await answering({})()
    const partly = new PartialAnswerError(known, { cause: storeError })
    for (const policy of policies) {
      const families = over(
        storeWith('find', () => Promise.reject(partly)),
        policy,
      )
      const error = await rejectionOf(families.find(family))
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
      expectUnavailable(await rejectionOf(over(storeWith('record', answer), policy).spend(family, use(1))))
    }
  })
})

test('what the store failed with is the cause', async () => {
  const failing = () => Promise.reject(storeError)
  await expect(over(storeWith('find', failing)).find(family)).rejects.toHaveProperty('cause', storeError)
  await expect(over(storeWith('record', failing)).spend(family, use(1))).rejects.toHaveProperty('cause', storeError)
})

describe('the deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each<[string, 'find' | 'record', number, (families: Families) => Promise<unknown>]>([
    ['find is that of a check', 'find', 250, ({ find }) => find(family)],
    ['spend is that of a write', 'record', 1_250, ({ spend }) => spend(family, use(1))],
  ])('of %s, and not before', async (_, method, deadlineMs, operation) => {
    const store = storeWith(method, hanging)
    const families = createFamilies(
      createRevocation({ store, maxTokenLifetime: '24h', timeout: '250ms', failPolicy: 'open', now: () => startMs }),
    )
    const settled = vi.fn()
    const rejection = rejectionOf(operation(families)).finally(settled)
    await vi.advanceTimersByTimeAsync(deadlineMs - 1)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expectUnavailable(await rejection)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('leaves no timer pending if the store answers or fails', async () => {
    const families = createFamilies(virtualRevocation().revocation)
    await families.spend(family, use(1))
    await families.find(family)
    await rejectionOf(over(storeWith('record', () => Promise.reject(storeError))).spend(family, use(1)))
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('wrong arguments', () => {
  test.each([[''], [undefined], [null], [7], [[family]], [{ id: family }]])(
    'the family %j is refused with a TypeError, and the store is not called',
    async (id) => {
      const { revocation, recorded, asked } = virtualRevocation()
      const { spend, find } = createFamilies(revocation)
      for (const operation of [spend(id as string, use(1)), find(id as string)]) {
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
      const error = await rejectionOf(createFamilies(revocation).spend(family, use(generation as number)))
      expect(error).toBeInstanceOf(RangeError)
      expect(inspect(error)).not.toContain('S3CRET')
      expect([recorded, asked]).toEqual([[], []])
    },
  )
})

test('a clock that answers no number spends nothing', async () => {
  const { revocation, recorded } = virtualRevocation({ now: () => Number.NaN })
  await expect(createFamilies(revocation).spend(family, use(1))).rejects.toThrow(TypeError)
  expect(recorded).toEqual([])
})

test.each<[string, () => unknown]>([
  ['nonsense', answering({ generation: family, tokenIds: [family, 7] })],
  ['nothing', async () => undefined],
  ['text', async () => family],
  ['an object', async () => ({ family })],
])('no error shows the id of a family, if the store answers %s', async (_, answer) => {
  const errors = [
    await rejectionOf(over(storeWith('find', answer)).find(family)),
    await rejectionOf(over(storeWith('record', async () => [])).spend(family, use(1))),
  ]
  for (const error of errors) expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('S3CRET')
})
