import type { RevocationStore } from '@revoked/core'
import type { VirtualClock } from '@revoked/testing'

/** What one operation does, step by step, on a clock that only moves while all operations wait. */
export interface Lane {
  /** Until that much later by the clock of the timeline. */
  readonly wait: (ms: number) => Promise<void>
}

/** Lets operations overlap in a way that is told in advance, whatever the machine does. */
export interface Timeline {
  readonly clock: VirtualClock
  readonly start: <T>(at: number, operation: (lane: Lane) => Promise<T>) => Promise<T>
  /** Resolves when all operations are done. */
  readonly run: () => Promise<void>
}

export function createTimeline(clock: VirtualClock): Timeline {
  const waiting: { readonly at: number; readonly wake: () => void }[] = []
  let running = 0

  function until(at: number): Promise<void> {
    return new Promise((resolve) => {
      waiting.push({ at, wake: resolve })
    })
  }

  async function operate<T>(at: number, operation: (lane: Lane) => Promise<T>): Promise<T> {
    let waits = 0
    // An operation may wait for several things at once. It runs while it waits for none.
    const wait = async (ms: number): Promise<void> => {
      if (++waits === 1) running--
      await until(clock.now() + ms)
      if (--waits === 0) running++
    }
    await until(at)
    running++
    try {
      return await operation({ wait })
    } finally {
      running--
    }
  }

  return {
    clock,
    start: (at, operation) => {
      const promise = operate(at, operation)
      // Looked at after the run.
      promise.catch(() => undefined)
      return promise
    },
    run: async () => {
      for (;;) {
        do await new Promise(setImmediate)
        while (running > 0)
        const next = waiting.sort((a, b) => a.at - b.at).shift()
        if (next === undefined) return
        clock.advance(Math.max(0, next.at - clock.now()))
        next.wake()
      }
    },
  }
}

/** Ms until a call takes effect, and from then on until it is answered. */
export interface Latencies {
  readonly find?: number
  readonly findAnswer?: number
  readonly record?: number
  readonly recordAnswer?: number
}

/** The store as one operation meets it. */
export function laneStore(inner: RevocationStore, lane: Lane, latencies: Latencies): RevocationStore {
  const { find = 0, findAnswer = 0, record = 0, recordAnswer = 0 } = latencies
  return {
    find: async (keys) => {
      await lane.wait(find)
      const found = await inner.find(keys)
      await lane.wait(findAnswer)
      return found
    },
    record: async (marks) => {
      await lane.wait(record)
      const changed = await inner.record(marks)
      await lane.wait(recordAnswer)
      return changed
    },
    forget: (keys) => inner.forget(keys),
    agree: (settings) => inner.agree(settings),
  }
}
