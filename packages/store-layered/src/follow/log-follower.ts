import type { FeedChange, FeedConnection, FollowableStore } from '@revoked/core'
import type { LogView } from './log-view.ts'

/** What is followed, and what to do with what it tells. */
export interface FollowOptions {
  readonly remote: Pick<FollowableStore, 'follow'>
  readonly log: number
  readonly view: LogView
  readonly maxStalenessMs: number
  /** Puts the change into the local cache. Runs before the view decides what to make of it. */
  readonly apply: (change: FeedChange) => void
  /** What was learned is not believed any more, or not at present. */
  readonly missed: (why: 'opened' | 'gap' | 'closed' | 'suspect') => void
}

/** Follows one log, and sees to it that the view stays live. */
export interface LogFollower {
  readonly close: () => Promise<void>
}

/** Probes in the time of one lease: three may be lost before it runs out. */
const probesPerLease = 4

/**
 * Leases without a word before the subscription counts as stalled. Doubled by each restart that did
 * not help.
 */
const leasesUntilStalled = 2
const maxBackoff = 16

/**
 * What was learned needs no expiry to be right: this limits what an error in that reasoning could
 * do. Not sooner: with five minutes, a twentieth of all look-ups would be of keys that have just
 * been dropped.
 */
const renewalMs = 3_600_000

/**
 * Drives the view: hands it what the feed tells, and probes. Its timers only ask; none of them
 * grants freshness.
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
      // The fault is on the writer's side: the subscription may be as good as ever. The lease runs
      // out by itself.
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
  // The subscription keeps a process running, if anything does.
  const timers = [setInterval(tick, maxStalenessMs / probesPerLease), setInterval(view.renewed, renewalMs)]
  // Some runtimes have numbers for timers.
  for (const timer of timers) if (typeof timer === 'object') timer.unref()

  return {
    close: async () => {
      for (const timer of timers) clearInterval(timer)
      view.closed()
      await connection.close()
    },
  }
}
