import type { Clock } from '../follow/clock.ts'
import type { FollowedStore } from '../follow/observable-store.ts'
import type { AgreeingSettings } from '../settings/agreement.ts'
import { createBatchQueue } from './batch-queue.ts'
import type { Freshness } from './freshness.ts'
import { createStatusCheck } from './status-check.ts'
import type { WatchIndex } from './watch-index.ts'
import type { WatchedToken } from './watched-token.ts'

/** The tokens that must be looked up in the store, because the log says nothing of them yet. */
export interface Rechecks {
  /** Looks a token up for the first time. */
  readonly add: (watched: WatchedToken) => void
  /** Looks tokens up again that were looked up before. */
  readonly addAll: (watched: readonly WatchedToken[]) => void
  /** Spreads the lookups over the time that is left, so that the store is not flooded. */
  readonly spread: (confirmedAt: number) => void
  readonly remove: (watched: WatchedToken) => void
  /** Returns true until the token was looked up. */
  readonly has: (watched: WatchedToken) => boolean
  readonly size: () => number
  /** Returns the last failure. It stays when lookups succeed again. */
  readonly lastFailure: () => unknown
}

/** Options for {@link createRechecks}. */
export interface RechecksOptions {
  readonly settings: AgreeingSettings
  readonly followed: FollowedStore
  readonly maxStalenessMs: number
  readonly clock: Clock
  readonly tokens: WatchIndex
  readonly freshness: Freshness
}

/** The limit of tokens that are looked up together. Most have four keys. */
const maxBatch = 128

/** The time over which the lookups of many tokens are spread, as a share of the time left. */
const spreadShare = 0.5

/** The pause after a failure, as a share of the bound. */
const retryShare = 0.06

/** Returns the empty set of rechecks. They end the tokens that must be refused. */
export function createRechecks(options: RechecksOptions): Rechecks {
  const { settings, followed, maxStalenessMs, clock, tokens, freshness } = options
  const timeoutMs = Math.min(settings.checkDeadline, maxStalenessMs / 2)
  const statusCheck = createStatusCheck({ settings, followed, timeoutMs })
  const queue = createBatchQueue({ run, maxBatch, retryMs: maxStalenessMs * retryShare, now: clock.monotonic })

  async function run(batch: readonly WatchedToken[]): Promise<ReadonlySet<WatchedToken>> {
    const done = new Set<WatchedToken>()
    const sentAt = clock.monotonic()
    await statusCheck.run(batch, {
      changed: tokens.replaceLookup,
      active: (watched) => {
        watched.provenAt = proofOf(watched, sentAt)
        done.add(watched)
      },
      refused: (watched, reason) => {
        watched.end(reason)
        done.add(watched)
      },
    })
    return done
  }

  /** Returns when a token was active, if a lookup that was sent at `sentAt` found no mark. */
  function proofOf({ lookup }: WatchedToken, sentAt: number): number {
    // A cache may answer with what it read of the log, and that is as old as the log.
    const confirmedAt = freshness.confirmedAt(lookup.logs)
    return freshness.isOver(confirmedAt) ? sentAt : confirmedAt
  }

  return {
    add: queue.add,
    addAll: (watched) => {
      for (const one of watched) {
        if (!queue.has(one)) one.provenAt = Math.max(one.provenAt, freshness.confirmedAt(one.lookup.logs))
        queue.add(one)
      }
    },
    spread: (confirmedAt) => {
      const leftMs = confirmedAt + maxStalenessMs - clock.monotonic()
      queue.spread(Math.max(0, leftMs * spreadShare))
    },
    remove: queue.remove,
    has: queue.has,
    size: queue.size,
    lastFailure: statusCheck.lastFailure,
  }
}
