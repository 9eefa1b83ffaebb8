import type { Settings } from './options.ts'

// Every runtime has it, but the types are those of no runtime.
declare function setTimeout(callback: () => void, ms: number): unknown

/**
 * How far a `closeAll` may be dated ahead of this clock for a login to wait for it, in ms: the
 * default margin of a transaction, and clocks that differ by less than a second.
 */
const maxWaitMs = 2_000

/**
 * Waits until sessions may be dated after a `closeAll` whose clock is ahead, or that reaches into
 * the future by a margin. To date the session ahead of time instead would be wrong: it would
 * survive every further `closeAll` until then. A transaction does not wait, because it holds locks.
 */
export async function waitUntilPast(closedUntil: number, { now, marginMs }: Settings): Promise<void> {
  const aheadMs = closedUntil - now()
  if (marginMs !== undefined || aheadMs < 0 || aheadMs > maxWaitMs) return
  await new Promise<void>((resolve) => setTimeout(resolve, aheadMs + 1))
}
