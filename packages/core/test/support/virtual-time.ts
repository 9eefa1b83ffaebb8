import { afterEach, beforeEach, vi } from 'vitest'
import { startMs } from './claims.ts'

/** The time in which the event loop was blocked, in ms. */
let blockedMs = 0

/** Lets all clocks and timers of the tests of a file wait for {@link pass}. */
export function useVirtualTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: startMs })
    // The monotonic clock of a process that has run for a while.
    vi.advanceTimersByTime(60_000)
    vi.setSystemTime(startMs)
    blockedMs = 0
    const monotonic = performance.now.bind(performance)
    performance.now = () => monotonic() + blockedMs
  })
  afterEach(() => {
    vi.useRealTimers()
  })
}

/** Lets everything happen that is due within that time. */
export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
}

/** Blocks the event loop: time passes on both clocks, and no timer runs. */
export function block(ms: number): void {
  blockedMs += ms
  vi.setSystemTime(Date.now() + ms)
}
