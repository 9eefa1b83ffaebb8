import type { FeedChange, FeedPosition } from '@revoked/core'
import type { Clock } from './clock.ts'
import { createLease, type Moment, momentOf } from './lease.ts'
import { createProbes } from './probes.ts'

/**
 * How far the view of a log can be believed. `down`: there is no subscription. `subscribed`: there
 * is one, and nothing is known yet. `live`: local knowledge is served. `suspect`: the lease ran
 * out.
 */
export type LogState = 'down' | 'subscribed' | 'live' | 'suspect'

/** What came of a message: it fitted, it was none of ours, or something before it was missed. */
type Outcome = 'fits' | 'ignored' | 'gap'

/**
 * What one instance can say of one log. It has no timers and does no I/O: events go in, decisions
 * come out.
 */
export interface LogView {
  /** Grows whenever what was learned before must not be believed any more. */
  readonly generation: () => number
  /**
   * Whether a change that arrives now follows all that came before it. Else one of the same key may
   * have been missed.
   */
  readonly isBased: () => boolean
  /** Whether local knowledge of this generation may be served at this very moment. */
  readonly isLive: (monotonic: number, wall: number) => boolean
  /** Whether what was asked at that moment may still be handed to whoever asks now. */
  readonly isRecent: (askedAt: Moment) => boolean
  readonly state: () => LogState
  /** Monotonic ms of the last probe that was confirmed. */
  readonly confirmedAt: () => number | undefined
  readonly opened: () => void
  readonly closed: () => void
  /** Has everything learned anew. */
  readonly renewed: () => void
  /** To be called once the change is applied. */
  readonly changed: (change: Pick<FeedChange, 'position' | 'previousTip'>) => Outcome
  /** To be called before the probe is written: the lease begins here. */
  readonly probeSent: (id: string) => void
  /** The remote has carried it out. */
  readonly probeWritten: (id: string) => void
  /** It could not be written. */
  readonly probeFailed: (id: string) => void
  readonly confirmed: (id: string, position: FeedPosition) => Outcome
  /** Whether a probe was carried out so long ago that the subscription must be stalled. */
  readonly isStalled: (forMs: number) => boolean
}

/** Nothing is known of the log yet. */
export function createLogView(maxStalenessMs: number, clock: Clock): LogView {
  const lease = createLease(maxStalenessMs)
  const probes = createProbes()
  let generation = 0
  let isOpen = false
  let base: FeedPosition | undefined
  let confirmedAt: number | undefined

  /** What was learned is void, and so is whatever was under way to confirm it. */
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
    // Not of this generation: what it confirms is not what we know.
    if (sentAt === undefined) return 'ignored'
    if (base !== undefined && !isSame(base, position)) return gap()
    base = position
    // From when it was sent, as it was carried out after that: an answer that was slow is worth
    // less.
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
