import type { LogEntry } from '@revoked/core'

const windowMs = 60_000

/** What changed of a scope. */
interface ScopeActivity {
  readonly total: number
  readonly lastMinute: number
}

/** The changes since a command began. */
export interface ActivityCounts {
  readonly revoked: ReadonlyMap<string, ScopeActivity>
  readonly reinstated: number
}

/** Counts changes by scope, with those of the last minute apart. */
export interface Activity {
  readonly noted: (entry: LogEntry) => void
  readonly counts: () => ActivityCounts
}

/** Returns counters that begin at zero. */
export function createActivity(now: () => number = () => performance.now()): Activity {
  const scopes = new Map<string, { total: number; recent: Map<number, number> }>()
  let reinstated = 0
  return {
    noted: ({ key, mark }) => {
      if (mark === undefined) {
        reinstated++
        return
      }
      const counted = scopes.get(key.scope) ?? { total: 0, recent: new Map<number, number>() }
      scopes.set(key.scope, counted)
      const second = Math.floor(now() / 1_000)
      counted.total++
      counted.recent.set(second, (counted.recent.get(second) ?? 0) + 1)
    },
    counts: () => {
      const from = Math.floor((now() - windowMs) / 1_000)
      const revoked = Array.from(scopes, ([scope, { total, recent }]) => {
        for (const second of recent.keys()) if (second <= from) recent.delete(second)
        return [scope, { total, lastMinute: [...recent.values()].reduce((sum, count) => sum + count, 0) }] as const
      })
      return { revoked: new Map(revoked), reinstated }
    },
  }
}
