import type { Key } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'

/** What was seen of a scan of many marks while the store was used. */
export interface ScanReport {
  readonly marks: number
  /** The number of marks that were left alone, and that the scan yielded once. */
  readonly yieldedOnce: number
  /** The turns of the event loop during the scan. */
  readonly turns: number
  /** The records and forgets of other keys during the scan. */
  readonly writes: number
}

function keyOf(index: number): Key {
  return { scope: 'jti', value: String(index) }
}

/** Returns a store that holds this many marks, of the keys 0, 1, 2, … */
async function filledStore(count: number, now: () => number): Promise<ReturnType<typeof memoryStore>> {
  const store = memoryStore({ maxMarks: 2 * count, now })
  const mark = { cutoff: Infinity, expiresAt: now() + 86_400_000 }
  for (let start = 0; start < count; start += 10_000)
    await store.record(Array.from({ length: 10_000 }, (_, index) => ({ key: keyOf(start + index), mark })))
  return store
}

/** Scans a store of many marks. Each turn of the event loop records and forgets other keys. */
export async function scanWhileBusy(count: number): Promise<ScanReport> {
  // The clock advances by 1 ms in each turn, so that no record arrives after its expiry.
  const clock = virtualClock()
  const store = await filledStore(count, clock.now)
  const yields = new Uint8Array(count)
  let turns = 0
  let writes = 0
  let isScanning = true
  const work = (): void => {
    if (!isScanning) return
    turns++
    clock.advance(1)
    // The first of these keys expires and is swept meanwhile, and the second one is forgotten.
    const others = [0, 1].map((other) => keyOf(count + 2 * turns + other))
    const [expiring, forgotten] = others.map((key, index) => ({
      key,
      mark: { cutoff: 0, expiresAt: clock.now() + 50 + 3_600_000 * index },
    }))
    if (expiring === undefined || forgotten === undefined) return
    void store.record([expiring, forgotten])
    void store.forget([forgotten.key])
    writes += 3
    setImmediate(work)
  }
  setImmediate(work)
  for await (const batch of store.scan(0)) {
    for (const { key } of batch) {
      const index = Number(key.value)
      if (index < count) yields[index] = (yields[index] ?? 0) + 1
    }
  }
  isScanning = false
  return { marks: count, yieldedOnce: yields.filter((times) => times === 1).length, turns, writes }
}
