import { setTimeout as sleep } from 'node:timers/promises'
import {
  type BatchAbortedError,
  type BatchProgress,
  createRevocation,
  type Revocation,
  type RevocationStore,
  type SubjectTarget,
} from '@revoked/core'
import { virtualClock } from '@revoked/testing'
import { plainStore } from '@revoked/testing/plain-store'
import { describe, expect, test } from 'vitest'
import { rejectionOf } from '../support/claims.ts'

function subjects(count: number): SubjectTarget[] {
  return Array.from({ length: count }, (_, index) => ({ subject: `user-${index}` }))
}

function over(
  store: RevocationStore,
  options: { readonly timeout?: '20ms' | '100ms'; readonly now?: () => number } = {},
) {
  return createRevocation({ store, maxTokenLifetime: '24h', ...options })
}

/** Counts the marks of each call, before it does what the plain store does. */
function countingStore(
  before: (size: number) => Promise<void> | void = () => undefined,
  now: () => number = Date.now,
): RevocationStore & { readonly sizes: number[] } {
  const store = plainStore({ now })
  const sizes: number[] = []
  return {
    ...store,
    sizes,
    record: async (marks) => {
      sizes.push(marks.length)
      await before(marks.length)
      return await store.record(marks)
    },
    forget: async (keys) => {
      sizes.push(keys.length)
      await before(keys.length)
      await store.forget(keys)
    },
  }
}

async function isRevoked(revocation: Revocation, { subject }: SubjectTarget): Promise<boolean> {
  const at = Math.floor(revocation.now() / 1_000)
  return await revocation.isRevoked({ sub: subject, iat: at - 10, exp: at + 600 })
}

describe('a batch', () => {
  test('revokes what the array held when it was given', async () => {
    const targets = subjects(1_500)
    const revocation = over(countingStore(() => sleep(1)))
    const last = targets.at(-1) as SubjectTarget
    const results = revocation.revoke(targets)
    targets.fill({ subject: 'somebody else' })
    expect(await results).toHaveLength(1_500)
    expect(await isRevoked(revocation, last)).toBe(true)
    expect(await isRevoked(revocation, { subject: 'somebody else' })).toBe(false)
  })

  test('is stored in slices of at most 500 marks, two at a time, with one result per target', async () => {
    let underWay = 0
    let most = 0
    const store = countingStore(async () => {
      most = Math.max(most, ++underWay)
      await sleep(1)
      underWay--
    })
    const revocation = over(store)
    const targets = [...subjects(1_700), { subject: 'user-3' }].map(({ subject }) => ({ session: subject }))
    const results = await revocation.revoke(targets)
    expect(store.sizes).toEqual([500, 500, 500, 201])
    expect(most).toBe(2)
    expect(results.map(({ changed }) => changed).indexOf(false)).toBe(1_700)
    await revocation.reinstate(targets)
    expect(store.sizes.slice(4)).toEqual([500, 500, 500, 201])
    expect((await revocation.revoke(targets.slice(0, 1_700))).every(({ changed }) => changed)).toBe(true)
  })

  test('lets the event loop turn before each slice but the first', async () => {
    let turns = 0
    const turnsBefore: number[] = []
    const store = countingStore(() => void turnsBefore.push(turns))
    const revocation = over(store)
    await revocation.ready()
    let isDone = false
    const countTurns = (): void => {
      turns++
      if (!isDone) setImmediate(countTurns)
    }
    setImmediate(countTurns)
    await revocation.revoke(subjects(1_700))
    isDone = true
    expect(turnsBefore).toHaveLength(4)
    expect(new Set(turnsBefore).size).toBe(4)
  })

  test('keeps both namings of a target in one slice', async () => {
    const store = countingStore()
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', issuer: '*', alsoUnscoped: true })
    const results = await revocation.revoke(subjects(600).map((target) => ({ ...target, issuer: 'a' })))
    expect(store.sizes).toEqual([500, 500, 200])
    expect(results.every(({ changed }) => changed)).toBe(true)
  })

  test('has the deadline of a write for each slice, so it may take many times as long', async () => {
    // The deadline of a write is 500 ms, and all slices take more than 600 ms.
    const store = countingStore((size) => sleep(size / 8))
    const revocation = over(store, { timeout: '100ms' })
    expect(await revocation.revoke(subjects(10_000))).toHaveLength(10_000)
    await revocation.reinstate(subjects(10_000))
  })

  test('rejects within the deadline of a write if a slice hangs', async () => {
    let calls = 0
    const store = countingStore(() => (++calls > 3 ? new Promise(() => undefined) : undefined))
    const revocation = over(store, { timeout: '20ms' })
    const progress: number[] = []
    const revoking = revocation.revoke(subjects(5_000), { onProgress: ({ recorded }) => progress.push(recorded) })
    await expect(revoking).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
    expect(progress).toEqual([500, 1_000, 1_500])
    expect(store.sizes).toHaveLength(5)
  })

  test('revokes as of the time at which each slice begins', async () => {
    const clock = virtualClock()
    const calledAt = clock.now()
    const store = countingStore(() => clock.advance(60_000), clock.now)
    const results = await over(store, { now: clock.now }).revoke(subjects(1_500))
    const reissueAt = (index: number): number => (results[index]?.reissueAt ?? 0) * 1_000
    expect(reissueAt(0) - calledAt).toBeLessThanOrEqual(1_000)
    expect(reissueAt(1_499)).toBeGreaterThan(calledAt + 60_000)
    const issuedBefore = calledAt - 5_000
    const dated = await over(store, { now: clock.now }).revoke(subjects(1_500), { issuedBefore })
    expect(new Set(dated.map((result) => result.reissueAt))).toEqual(new Set([Math.floor(issuedBefore / 1_000) + 1]))
  })

  test('resolves if until passes while it is stored', async () => {
    const clock = virtualClock()
    const plain = plainStore({ now: clock.now })
    const record: RevocationStore['record'] = (marks) => plain.record(marks).finally(() => clock.advance(5_000))
    const store = { ...plain, record }
    const sessions = subjects(1_500).map(({ subject }) => ({ session: subject }))
    const results = await over(store, { now: clock.now }).revoke(sessions, { until: clock.now() + 4_000 })
    expect(results).toHaveLength(1_500)
    expect(results.at(-1)?.changed).toBe(false)
  })
})

describe('onProgress', () => {
  test('is called after each slice with the number of stored targets', async () => {
    const revocation = over(countingStore())
    const progress: BatchProgress[] = []
    const onProgress = (one: BatchProgress): void => void progress.push(one)
    await revocation.revoke(subjects(1_001), { onProgress })
    await revocation.reinstate({ subject: 'user-1' }, { onProgress })
    expect(progress).toEqual([
      { recorded: 500, total: 1_001 },
      { recorded: 1_000, total: 1_001 },
      { recorded: 1_001, total: 1_001 },
      { recorded: 1, total: 1 },
    ])
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('progress bar')
      },
    ],
    ['returns a promise that rejects', () => Promise.reject(new Error('progress bar'))],
  ])('that %s loses no revocation, and its error is reported afterwards', async (_, fails) => {
    const revocation = over(countingStore())
    let calls = 0
    const onProgress = (): unknown => {
      calls++
      return fails()
    }
    const revoking = revocation.revoke(subjects(2_000), { onProgress })
    await expect(revoking).rejects.toThrow('progress bar')
    expect(await isRevoked(revocation, { subject: 'user-1999' })).toBe(true)
    expect(calls).toBe(1)
  })
})

describe('signal', () => {
  test('ends a batch, and the error says how many targets are stored', async () => {
    const abort = new AbortController()
    const store = countingStore(() => {
      if (store.sizes.length === 3) abort.abort(new Error('shutting down'))
    })
    const revocation = over(store)
    const error = (await rejectionOf(
      revocation.revoke(subjects(100_000), { signal: abort.signal }),
    )) as BatchAbortedError
    expect(error).toMatchObject({ code: 'ERR_BATCH_ABORTED', recorded: 1_500, total: 100_000 })
    expect(error.cause).toEqual(new Error('shutting down'))
    expect(store.sizes).toHaveLength(3)
    expect(await isRevoked(revocation, { subject: 'user-1499' })).toBe(true)
    expect(await isRevoked(revocation, { subject: 'user-1500' })).toBe(false)
  })

  test('that is aborted before the call stores nothing', async () => {
    const store = countingStore()
    const revocation = over(store)
    const signal = AbortSignal.abort()
    for (const call of [
      revocation.revoke({ subject: 'a' }, { signal }),
      revocation.reinstate({ subject: 'a' }, { signal }),
    ])
      await expect(call).rejects.toMatchObject({ code: 'ERR_BATCH_ABORTED', recorded: 0, total: 1 })
    expect(store.sizes).toEqual([])
  })

  test('that is aborted during the last slice changes nothing', async () => {
    const abort = new AbortController()
    const revocation = over(countingStore(() => abort.abort()))
    expect(await revocation.revoke({ subject: 'a' }, { signal: abort.signal })).toMatchObject({ changed: true })
  })
})

test.each([{ onProgress: 'yes' }, { signal: 1 }, { signal: null }])('refuses the options %o', async (options) => {
  const store = countingStore()
  await expect(over(store).revoke({ subject: 'a' }, options as never)).rejects.toThrow(TypeError)
  await expect(over(store).reinstate({ subject: 'a' }, options as never)).rejects.toThrow(TypeError)
  expect(store.sizes).toEqual([])
})
