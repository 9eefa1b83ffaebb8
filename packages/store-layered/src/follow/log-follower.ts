import type { FeedChange, FeedConnection, ProbedStore } from '@revoked/core'
import type { LogView } from './log-view.ts'

/** Options for `followLog`. */
export interface FollowOptions {
  readonly remote: Pick<ProbedStore, 'follow'>
  readonly log: number
  readonly view: LogView
  readonly maxStalenessMs: number
  /**
   * Applies the change to the local cache. Runs before the view checks the position of the change.
   */
  readonly apply: (change: FeedChange) => void
  /** Called when local entries are not served any more, or not at present. */
  readonly missed: (why: 'opened' | 'gap' | 'closed' | 'suspect') => void
}

/** A follower of one log, which keeps the view live. */
export interface LogFollower {
  readonly close: () => Promise<void>
}

/** The number of probes in the time of one lease. Three may be lost before it ends. */
const probesPerLease = 4

/**
 * The time without a confirmation after which the subscription counts as stalled, in leases. Each
 * restart without success doubles it.
 */
const leasesUntilStalled = 2
const maxBackoff = 16

/**
 * The time after which all entries are loaded again. The protocol needs no expiry, so this only
 * limits the effect of an error in it. With five minutes, a twentieth of all look-ups would be of
 * entries that have just been dropped.
 */
const renewalMs = 3_600_000

/**
 * Follows a log: passes its events to the view, and probes. The timers only send probes, and never
 * grant a lease.
 */
export function followLog({ remote, log, view, maxStalenessMs, apply, missed }: FollowOptions): LogFollower {
  const instance = crypto.randomUUID()
  let probes = 0
  let backoff = 1
  let wasSuspect = false
  let connection: FeedConnection | undefined

  function probe(): void {
    const id = `${instance}:${probes++}`
    view.probeSent(id)
    connection?.probe(id).then(
      () => view.probeWritten(id),
      // The write failed, and the subscription may still work. The lease ends by itself.
      () => view.probeFailed(id),
    )
  }

  function resynchronise(why: 'opened' | 'gap'): void {
    missed(why)
    probe()
  }

  function tick(): void {
    const state = view.state()
    if (state === 'suspect' && !wasSuspect) missed('suspect')
    wasSuspect = state === 'suspect'
    if (state === 'down') return
    if (view.isStalled(maxStalenessMs * leasesUntilStalled * backoff)) {
      backoff = Math.min(backoff * 2, maxBackoff)
      connection?.restart()
    } else probe()
  }

  connection = remote.follow(log, {
    opened: () => {
      view.opened()
      resynchronise('opened')
    },
    changed: (change) => {
      apply(change)
      if (view.changed(change) === 'gap') resynchronise('gap')
    },
    confirmed: (id, position) => {
      const outcome = view.confirmed(id, position)
      if (outcome === 'fits') backoff = 1
      if (outcome === 'gap') resynchronise('gap')
    },
    closed: () => {
      view.closed()
      missed('closed')
    },
  })
  // The timers do not keep a process alive. The subscription may.
  const timers = [setInterval(tick, maxStalenessMs / probesPerLease), setInterval(view.renewed, renewalMs)]
  // Timers are numbers in some runtimes.
  for (const timer of timers) if (typeof timer === 'object') timer.unref()

  return {
    close: async () => {
      for (const timer of timers) clearInterval(timer)
      view.closed()
      await connection.close()
    },
  }
}
