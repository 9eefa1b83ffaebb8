import type { FollowableStore } from '@revoked/core'

/** What a scan of a store finds. */
export interface StoreSummary {
  readonly marks: number
  /** The number of live marks by scope, the largest first. */
  readonly byScope: ReadonlyMap<string, number>
  /** The number of live marks by reason, the largest first. `''`: without one. */
  readonly byReason: ReadonlyMap<string, number>
  /** The number of marks that expire within the next hour. */
  readonly expiringSoon: number
  /** The number of entries that were ever written, over all logs since each began. */
  readonly changes: number
  readonly logs: number
}

const soonMs = 3_600_000

/** Reads all marks of a store, and counts them. */
export async function summariseStore(store: FollowableStore): Promise<StoreSummary> {
  const byScope = new Map<string, number>()
  const byReason = new Map<string, number>()
  const soon = Date.now() + soonMs
  let marks = 0
  let expiringSoon = 0
  let changes = 0
  for (let log = 0; log < store.logs; log++) {
    changes += (await store.read(log)).position.sequence
    for await (const batch of store.scan(log)) {
      for (const { key, mark } of batch) {
        marks++
        if (mark.expiresAt < soon) expiringSoon++
        count(byScope, key.scope)
        count(byReason, mark.reason ?? '')
      }
    }
  }
  return { marks, byScope: sorted(byScope), byReason: sorted(byReason), expiringSoon, changes, logs: store.logs }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function sorted(counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...counts].sort(([, a], [, b]) => b - a))
}
