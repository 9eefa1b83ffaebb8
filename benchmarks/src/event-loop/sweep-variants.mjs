// @ts-check
import { memoryStore } from '@revoked/store-memory'

/**
 * @typedef {import('@revoked/core').KeyedMark} KeyedMark
 * @typedef {object} Variant
 * @property {(marks: readonly KeyedMark[]) => unknown} record
 * @property {() => void} expired the clock has passed every expiry
 * @property {() => number} size
 */

export const variants = {
  /** Sweeps by itself, in the background. @param {() => number} now @returns {Variant} */
  revoked(now) {
    const store = memoryStore({ maxMarks: 2_000_000, now })
    return {
      record: (marks) => store.record(marks),
      expired: () => {},
      size: () => store.size,
    }
  },

  /**
   * The usual hand-written solution: a map from ids to expiries, and an interval that deletes what
   * has expired. @param {() => number} now @returns {Variant}
   */
  naive(now) {
    /** @type {Map<string, number>} */
    const expiries = new Map()

    function sweep() {
      const at = now()
      for (const [value, expiresAt] of expiries) if (expiresAt <= at) expiries.delete(value)
    }

    return {
      record: (marks) => {
        for (const { key, mark } of marks) expiries.set(key.value, mark.expiresAt)
      },
      expired: () => {
        setTimeout(sweep, 100)
      },
      size: () => expiries.size,
    }
  },
}
