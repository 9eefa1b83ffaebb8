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
  /** Nothing that was learned is believed any more. */
  readonly missed: (why: 'opened' | 'gap' | 'closed') => void
}

/** Follows one log, and sees to it that the view stays live. */
export interface LogFollower {
  readonly close: () => Promise<void>
}

/** Probes in the time of one lease: three may be lost before it runs out. */
const probesPerLease = 4

/** Leases without a word before the subscription is taken for deaf. Doubled by each restart that did not help. */
const leasesUntilDeaf = 2
const maxBackoff = 16

/** Drives the view: hands it what the feed tells, and probes. Its timers only ask; none of them grants freshness. */
export function followLog({ remote, log, view, maxStalenessMs, apply, missed }: FollowOptions): LogFollower {
  const instance = crypto.randomUUID()
  let probes = 0
  let backoff = 1
  let connection: FeedConnection | undefined

  function probe(): void {
    const id = `${instance}:${probes++}`
    view.probeSent(id)
    connection?.probe(id).then(
      () => view.probeWritten(id),
      // The fault is on the writer's side: the subscription may be as good as ever. The lease runs out by itself.
      () => view.probeFailed(id),
    )
  }

  function resynchronise(why: 'opened' | 'gap'): void {
    missed(why)
    probe()
  }

  function tick(): void {
    if (view.state() === 'down') return
    if (view.isDeaf(maxStalenessMs * leasesUntilDeaf * backoff)) {
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
  const timer = setInterval(tick, maxStalenessMs / probesPerLease).unref()

  return {
    close: async () => {
      clearInterval(timer)
      view.closed()
      await connection.close()
    },
  }
}
