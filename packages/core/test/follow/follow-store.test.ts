import type { LogRead } from '@revoked/core'
import { type Following, type FollowOptions, followStore } from '@revoked/core/follow'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { at, createRemote } from '../support/scripted-remote.ts'

const maxStalenessMs = 1_000

type Remote = ReturnType<typeof createRemote>

function follow(remote: Remote, options: Partial<FollowOptions> = {}) {
  const applied: number[] = []
  const events: string[] = []
  const following = followStore(
    remote.store,
    {
      apply: ({ position }) => applied.push(position.sequence),
      reset: () => events.push('reset'),
      renew: () => events.push('renew'),
    },
    { maxStalenessMs, ...options },
  )
  onTestFinished(() => following.close())
  return { following, applied, events }
}

const stateOf = (following: Following): string | undefined => following.status()[0]?.state

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('regular reads', () => {
  test('come four to five times in the time of a lease, and keep it', async () => {
    const remote = createRemote()
    const { following } = follow(remote)
    expect(stateOf(following)).toBe('starting')
    for (let ms = 0; ms < 10_000; ms += 10) {
      await vi.advanceTimersByTimeAsync(10)
      expect(stateOf(following)).toBe('live')
    }
    expect(remote.counts.reads).toBeGreaterThanOrEqual(35)
    expect(remote.counts.reads).toBeLessThanOrEqual(51)
  })

  test('of all logs are sent in one turn', async () => {
    const remote = createRemote(16)
    follow(remote)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(remote.counts.reads).toBe(16 * remote.turns.size)
  })

  test('find an entry that no push has announced', async () => {
    const remote = createRemote()
    const { applied } = follow(remote)
    await vi.advanceTimersByTimeAsync(0)
    remote.append()
    await vi.advanceTimersByTimeAsync(280)
    expect(applied).toEqual([1])
  })
})

describe('pushes', () => {
  test('are applied without a read', async () => {
    const remote = createRemote()
    const { applied } = follow(remote)
    await vi.advanceTimersByTimeAsync(0)
    remote.push(1, 2)
    expect(applied).toEqual([1, 2])
    expect(remote.counts.reads).toBe(1)
  })

  test('that do not fit, and wake-ups, are followed by a read at once', async () => {
    const remote = createRemote()
    const { following, applied } = follow(remote)
    await vi.advanceTimersByTimeAsync(0)
    remote.append()
    remote.append()
    remote.push(2)
    await vi.advanceTimersByTimeAsync(0)
    expect(applied).toEqual([1, 2])
    remote.append()
    remote.wake()
    await vi.advanceTimersByTimeAsync(0)
    expect(applied).toEqual([1, 2, 3])
    expect(following.status()[0]?.gaps).toBe(1)
  })

  test('that bring nothing cause a few reads only, however many there are', async () => {
    const remote = createRemote()
    follow(remote)
    for (let ms = 0; ms < 10_000; ms++) {
      remote.wake()
      remote.push(99)
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(remote.counts.reads).toBeLessThan(500)
  })

  test('that stop although there are entries lead to a new subscription, with backoff', async () => {
    const remote = createRemote()
    follow(remote)
    for (let second = 0; second < 60; second++) {
      remote.append()
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(remote.counts.restarts).toBeGreaterThanOrEqual(3)
    expect(remote.counts.restarts).toBeLessThanOrEqual(6)
  })

  test('that arrive keep their subscription', async () => {
    const remote = createRemote()
    follow(remote)
    for (let second = 1; second <= 60; second++) {
      remote.append()
      // The push is late: a read has found the entry before.
      await vi.advanceTimersByTimeAsync(700)
      remote.push(second)
      await vi.advanceTimersByTimeAsync(300)
    }
    expect(remote.counts.restarts).toBe(0)
  })
})

describe('faults', () => {
  test('that end are followed by a read within a quarter of the lease', async () => {
    const remote = createRemote()
    const { following } = follow(remote)
    remote.failWith(new Error('down'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(stateOf(following)).toBe('stale')
    expect(following.status()[0]?.lastFailure?.message).toBe('down')
    remote.failWith(undefined)
    await vi.advanceTimersByTimeAsync(300)
    expect(stateOf(following)).toBe('live')
  })

  test('cause no more than two reads in the time of a regular one', async () => {
    const remote = createRemote()
    remote.failWith(new Error('down'))
    follow(remote)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(remote.counts.reads).toBeLessThan(600)
  })

  test('that swallow an answer end after the time of a lease', async () => {
    const remote = createRemote()
    const { following } = follow(remote)
    await vi.advanceTimersByTimeAsync(0)
    remote.hang(true)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(remote.counts.reads).toBeLessThan(20)
    expect(stateOf(following)).toBe('stale')
    remote.hang(false)
    await vi.advanceTimersByTimeAsync(1_300)
    expect(stateOf(following)).toBe('live')
  })
})

describe('an idle store', () => {
  test('sends nothing after idleAfterMs, and reads again when it is used', async () => {
    const remote = createRemote()
    const { following, applied } = follow(remote, { idleAfterMs: 5_000 })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(stateOf(following)).toBe('idle')
    expect(remote.counts.closed).toBe(1)
    const { reads } = remote.counts
    remote.append()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(remote.counts.reads).toBe(reads)
    following.used(performance.now())
    await vi.advanceTimersByTimeAsync(0)
    expect(stateOf(following)).toBe('live')
    expect(applied).toEqual([1])
  })

  test('does not stop while it is used', async () => {
    const remote = createRemote()
    const { following } = follow(remote, { idleAfterMs: 2_000 })
    for (let second = 0; second < 20; second++) {
      following.used(performance.now())
      await vi.advanceTimersByTimeAsync(1_000)
      expect(stateOf(following)).toBe('live')
    }
  })
})

test('learns everything anew once an hour, without a reset', async () => {
  const remote = createRemote()
  const { following, events } = follow(remote, { maxStalenessMs: 60_000 })
  await vi.advanceTimersByTimeAsync(0)
  const generation = following.followers[0]?.generation() ?? 0
  await vi.advanceTimersByTimeAsync(2.5 * 3_600_000)
  expect(events).toEqual(['reset', 'renew', 'renew'])
  expect(following.followers[0]?.generation()).toBe(generation + 2)
})

test('ends its timers, reads and subscriptions when it is closed', async () => {
  const remote = createRemote()
  const { following } = follow(remote)
  await vi.advanceTimersByTimeAsync(500)
  following.close()
  const { reads } = remote.counts
  remote.wake()
  remote.push(1)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(remote.counts).toMatchObject({ reads, closed: 1 })
  expect(vi.getTimerCount()).toBe(0)
})

test('applies no answer that arrives after it was closed', async () => {
  const remote = createRemote()
  let answer: (read: LogRead) => void = () => undefined
  const read = (): Promise<LogRead> => new Promise((resolve) => (answer = resolve))
  const { following, events } = follow({ ...remote, store: { ...remote.store, read } })
  following.close()
  answer({ reset: true, position: at(0) })
  await vi.advanceTimersByTimeAsync(0)
  expect(events).toEqual([])
  expect(stateOf(following)).toBe('closed')
  expect(following.status()[0]?.confirmedAt).toBeUndefined()
})
