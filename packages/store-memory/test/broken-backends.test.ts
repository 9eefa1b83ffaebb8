import { AssertionError } from 'node:assert'
import { type BreakableStore, logFailureCases } from '@revoked/conformance'
import type { FollowableStore, LogRead } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { describeCases } from '@revoked/testing/describe-cases'
import { describe, expect, test } from 'vitest'

/** Opens a store whose reads and scans do this while its backend is unreachable. */
function overBackend(instead: () => LogRead): () => BreakableStore<FollowableStore> {
  return () => {
    const store = memoryStore()
    let isAway = false
    return {
      store: {
        ...store,
        read: async (log, after) => (isAway ? instead() : await store.read(log, after)),
        scan: async function* (log) {
          if (isAway) instead()
          else yield* store.scan(log)
        },
      },
      breakDown: () => {
        isAway = true
      },
    }
  }
}

const someEnd = { epoch: 'e', sequence: 1, tip: 't' }

describeCases('a store that rejects passes', logFailureCases, {
  open: overBackend(() => {
    throw new Error('connection lost')
  }),
})

describe('a store that returns nothing in place of a failure is detected', () => {
  for (const { name, run } of logFailureCases) {
    test(`by "${name}"`, async () => {
      const open = overBackend(() => ({ reset: false, entries: [], position: someEnd, complete: true }))
      await expect(run({ open })).rejects.toThrow(AssertionError)
    })
  }
})
