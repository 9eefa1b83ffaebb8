import type { LogEntry, LogListener, LogPosition, LogRead } from '@revoked/core'
import { type Following, type FollowOptions, followStore } from '@revoked/core/follow'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

const maxStalenessMs = 1_000

function at(sequence: number): LogPosition {
  return { epoch: 'e', sequence, tip: `t${sequence}` }
}

function entry(sequence: number): LogEntry {
  return {
    position: at(sequence),
    previousTip: `t${sequence - 1}`,
    key: { scope: 'jti', value: String(sequence) },
    mark: undefined,
  }
}

/** A remote whose logs the test writes, and which counts what it is asked for. */
function createRemote(logs = 1) {
  const entries: LogEntry[] = []
  const listeners: LogListener[] = []
  const counts = { reads: 0, restarts: 0, closed: 0 }
  let fail: Error | undefined
  let hang = false
  const turns = new Set<number>()
  return {
    counts,
    turns,
    append: () => entries.push(entry(entries.length + 1)),
    push: (...sequences: number[]) => listeners.at(-1)?.entries(sequences.map(entry)),
    wake: () => listeners.at(-1)?.wake(),
    failWith: (error: Error | undefined) => {
      fail = error
    },
    hang: (hangs: boolean) => {
      hang = hangs
    },
    store: {
      logs,
      logOf: () => 0,
      logKey: <Key>(key: Key) => key,
      read: async (_: number, after?: LogPosition): Promise<LogRead> => {
        counts.reads++
        turns.add(performance.now())
        if (hang) return await new Promise(() => undefined)
        if (fail !== undefined) throw fail
        const position = at(entries.length)
        if (after === undefined) return { reset: true, position }
        return { reset: false, entries: entries.slice(after.sequence), position, complete: true }
      },
      subscribe: (_: number, listener: LogListener) => {
        listeners.push(listener)
        return {
          restart: () => void counts.restarts++,
          close: () => void counts.closed++,
          status: () => ({ isOpen: true, lastFailure: undefined, ignoredMessages: 0 }),
        }
      },
      scan: async function* () {},
      find: () => [],
      record: async () => [],
      forget: async () => {},
      agree: () => Promise.reject(new Error('not used')),
    },
  }
}

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
