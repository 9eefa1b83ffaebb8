import type { FeedChange, FeedPosition } from '@revoked/core'
import type { Clock } from './clock.ts'
import { createLease, type Moment, momentOf } from './lease.ts'
import { createProbes } from './probes.ts'

/**
 * The state of a view. `down`: there is no subscription. `subscribed`: there is one, and no
 * position is confirmed yet. `live`: local entries are served. `suspect`: the lease has ended.
 */
export type LogState = 'down' | 'subscribed' | 'live' | 'suspect'

/** The result of a message: it fits, it is not one of ours, or a message before it was missed. */
type Outcome = 'fits' | 'ignored' | 'gap'

/**
 * The state of one log as one instance knows it. It has no timers and does no I/O: it turns events
 * into decisions.
 */
export interface LogView {
  /** Returns the generation. It grows when entries from before must not be served any more. */
  readonly generation: () => number
  /**
   * Returns true if a change that arrives now follows all changes before it. Otherwise one of the
   * same key may have been missed.
   */
  readonly isBased: () => boolean
  /** Returns true if entries of this generation may be served at this instant. */
  readonly isLive: (monotonic: number, wall: number) => boolean
  /** Returns true if the answer to a read that started at that instant may still be used. */
  readonly isRecent: (askedAt: Moment) => boolean
  readonly state: () => LogState
  /** Returns the monotonic time of the last confirmation, in ms. */
  readonly confirmedAt: () => number | undefined
  readonly opened: () => void
  readonly closed: () => void
  /** Begins a new generation, so that all entries are loaded again. */
  readonly renewed: () => void
  /** Checks the position of a change. Must be called after the change is applied. */
  readonly changed: (change: Pick<FeedChange, 'position' | 'previousTip'>) => Outcome
  /** Notes a probe. Must be called before the probe is written, because the lease begins here. */
  readonly probeSent: (id: string) => void
  /** Notes that the remote has written the probe. */
  readonly probeWritten: (id: string) => void
  /** Notes that the probe could not be written. */
  readonly probeFailed: (id: string) => void
  readonly confirmed: (id: string, position: FeedPosition) => Outcome
  /** Returns true if a probe was written so long ago that the subscription must be stalled. */
  readonly isStalled: (forMs: number) => boolean
}

/** Returns a view without a subscription. */
export function createLogView(maxStalenessMs: number, clock: Clock): LogView {
  const lease = createLease(maxStalenessMs)
  const probes = createProbes()
  let generation = 0
  let isOpen = false
  let base: FeedPosition | undefined
  let confirmedAt: number | undefined

  /** Invalidates all entries, and all probes in flight. */
  function forgetAll(): void {
    generation++
    base = undefined
    lease.revoke()
    probes.dropAll()
  }

  function gap(): Outcome {
    forgetAll()
    return 'gap'
  }

  function state(): LogState {
    if (!isOpen) return 'down'
    if (base === undefined) return 'subscribed'
    return lease.holds(clock.monotonic(), clock.wall()) ? 'live' : 'suspect'
  }

  function changed({ position, previousTip }: Pick<FeedChange, 'position' | 'previousTip'>): Outcome {
    if (base === undefined) return 'ignored'
    const follows = position.epoch === base.epoch && position.sequence === base.sequence + 1 && previousTip === base.tip
    if (!follows) return gap()
    base = position
    return 'fits'
  }

  function confirmed(id: string, position: FeedPosition): Outcome {
    const sentAt = probes.take(id)
    // The probe is from another generation, so it confirms nothing about this one.
    if (sentAt === undefined) return 'ignored'
    if (base !== undefined && !isSame(base, position)) return gap()
    base = position
    // The lease begins when the probe was sent, because it was written after that. A slow
    // confirmation grants a shorter lease.
    lease.grant(sentAt)
    confirmedAt = clock.monotonic()
    return 'fits'
  }

  return {
    generation: () => generation,
    isBased: () => base !== undefined,
    isLive: lease.holds,
    isRecent: ({ monotonic, wall }) =>
      clock.monotonic() < monotonic + maxStalenessMs && clock.wall() < wall + maxStalenessMs,
    state,
    confirmedAt: () => confirmedAt,
    opened: () => {
      forgetAll()
      isOpen = true
    },
    closed: () => {
      forgetAll()
      isOpen = false
    },
    renewed: () => {
      generation++
    },
    changed,
    probeSent: (id) => {
      if (isOpen) probes.send(id, momentOf(clock))
    },
    probeWritten: probes.write,
    probeFailed: probes.drop,
    confirmed,
    isStalled: (forMs) => probes.isOverdue(clock.monotonic() - forMs),
  }
}

function isSame(one: FeedPosition, other: FeedPosition): boolean {
  return one.epoch === other.epoch && one.sequence === other.sequence && one.tip === other.tip
}
