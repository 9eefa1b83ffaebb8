import type { RevocationStore } from '@revoked/core'

/** A store whose records wait until the test lets them through, in any order. */
export interface HeldStore extends RevocationStore {
  /** How many wait. */
  readonly waiting: () => number
  /** Lets the nth call through; 0 is the first one. */
  readonly letThrough: (nth: number) => void
}

export function heldStore(inner: RevocationStore): HeldStore {
  const calls: (() => void)[] = []
  return {
    find: (keys) => inner.find(keys),
    forget: (keys) => inner.forget(keys),
    agree: (settings) => inner.agree(settings),
    record: async (marks) => {
      await new Promise<void>((resolve) => calls.push(resolve))
      return await inner.record(marks)
    },
    waiting: () => calls.length,
    letThrough: (nth) => calls[nth]?.(),
  }
}
