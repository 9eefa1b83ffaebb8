import { randomUUID } from 'node:crypto'
import type { FollowableStore, LogEntry, RevocationStore } from '@revoked/core'
import { followStore } from '@revoked/core/follow'
import { eventually } from '@revoked/testing'
import { expect } from 'vitest'

/** A follower of a log, and everything that it learned. */
export interface FollowedLog {
  /** The entries that were applied, in order. */
  readonly applied: readonly LogEntry[]
  /** How many entries had been applied at each reset. The first reset is the beginning. */
  readonly resets: readonly number[]
  /** The reads that reached the end of the log. */
  readonly confirmations: readonly Confirmation[]
  /** The entries that were pushed, in order. */
  readonly pushed: readonly LogEntry[]
  /** Resolves once the subscription has been opened this often, and is open. */
  readonly opened: (times: number) => Promise<void>
  /** Resolves once a read that is sent from now on has reached the end of the log. */
  readonly confirmed: () => Promise<void>
  readonly restart: () => void
  readonly close: () => void
}

/** A read that reached the end of the log, and what had been learned then. */
interface Confirmation {
  readonly sentAt: number
  readonly answeredAt: number
  readonly applied: number
  readonly resets: number
}

/** A change that was acknowledged. */
interface Acknowledged {
  readonly value: string
  readonly startedAt: number
  readonly acknowledgedAt: number
}

/** A staleness with which the log is read only if the store pushes something. */
export const pushesOnly = 3_600_000

/** Follows the first log of the store. */
export function followLog(store: FollowableStore, maxStalenessMs = 1_000): FollowedLog {
  const applied: LogEntry[] = []
  const resets: number[] = []
  const confirmations: Confirmation[] = []
  const pushed: LogEntry[] = []
  let wakes = 0
  let subscription: ReturnType<FollowableStore['subscribe']> | undefined

  const observed: FollowableStore = {
    ...store,
    subscribe: (log, listener) => {
      subscription = store.subscribe(log, {
        entries: (entries) => {
          pushed.push(...entries)
          listener.entries(entries)
        },
        wake: () => {
          wakes++
          listener.wake()
        },
      })
      return subscription
    },
  }
  const following = followStore(
    observed,
    {
      apply: (entry) => applied.push(entry),
      reset: () => resets.push(applied.length),
      confirmed: (log) => {
        const sentAt = following.followers[log]?.confirmedAt()?.monotonic ?? Number.NaN
        const answeredAt = performance.now()
        confirmations.push({ sentAt, answeredAt, applied: applied.length, resets: resets.length })
      },
    },
    { maxStalenessMs },
  )

  return {
    applied,
    resets,
    confirmations,
    pushed,
    // A subscription wakes its listener each time it opens.
    opened: async (times) => {
      const isOpen = (): boolean => wakes >= times && subscription?.status().isOpen === true
      await eventually(isOpen, `the subscription is open, ${times} times`, 10_000)
    },
    confirmed: async () => {
      const now = performance.now()
      await eventually(() => (confirmations.at(-1)?.sentAt ?? 0) > now, 'the log is read to its end', 10_000)
    },
    restart: () => subscription?.restart(),
    close: following.close,
  }
}

/** Fails unless all entries between two resets were applied once, in order and without a hole. */
export function expectUnbroken({ applied, resets }: FollowedLog): void {
  for (const [index, { position, previousTip }] of applied.entries()) {
    const before = applied[index - 1]?.position
    if (before === undefined || resets.includes(index)) continue
    expect({ previousTip, position }, `link ${index} of ${applied.length}`).toMatchObject({
      previousTip: before.tip,
      position: { epoch: before.epoch, sequence: before.sequence + 1 },
    })
  }
}

/**
 * Fails unless each change is learned by the first read that is sent after its acknowledgement and
 * reaches the end of the log: as an entry, or by a reset. The reset may have been answered before
 * the acknowledgement, if it was answered after the change was sent: what it found already
 * contained the change, or the change is an entry that follows.
 */
export function expectEveryAcknowledged(log: FollowedLog, changes: readonly Acknowledged[]): void {
  const { applied, confirmations } = log
  // A write that was lost with a server is repeated, and is in the log twice.
  const places = new Map(applied.map(({ key }, index) => [key.value, index] as const).reverse())
  const isLearned = ({ value, startedAt, acknowledgedAt }: Acknowledged): boolean => {
    const next = confirmations.findIndex(({ sentAt }) => sentAt > acknowledgedAt)
    const confirmation = confirmations[next]
    if (confirmation === undefined) throw new Error('no read was sent after the acknowledgement')
    const place = places.get(value)
    if (place !== undefined && place < confirmation.applied) return true
    const resetsAt = confirmations.slice(0, next + 1).filter(({ answeredAt }) => answeredAt > startedAt)
    const before = confirmations[next - resetsAt.length]?.resets ?? 0
    return confirmation.resets > before
  }
  const unlearned = changes.filter((change) => !isLearned(change))
  expect(unlearned.length, `acknowledged changes were not read, of ${changes.length}`).toBe(0)
}

/**
 * Fails unless every mark that is recorded from here on is pushed and applied once and in order.
 */
export async function expectEveryChange(log: FollowedLog, stores: readonly RevocationStore[]): Promise<void> {
  const { applied, pushed, resets } = log
  const before = resets.length
  const name = randomUUID()
  const values = Array.from({ length: 12 }, (_, index) => `${name}-${index}`)
  const mark = { cutoff: Infinity, expiresAt: Date.now() + 60_000 }
  // The marks are recorded one by one, so that each is a separate push.
  for (const [index, value] of values.entries())
    await stores[index % stores.length]?.record([{ key: { scope: 'jti', value }, mark }])
  const mine = (entries: readonly LogEntry[]): LogEntry[] => entries.filter(({ key }) => key.value.startsWith(name))
  const isThere = (entries: readonly LogEntry[]): boolean => entries.some(({ key }) => key.value === values.at(-1))
  await eventually(() => isThere(pushed) && isThere(applied), 'the last change is pushed and applied')
  expect(mine(pushed).map(({ key }) => key.value)).toEqual(values)
  expect(mine(applied)).toEqual(mine(pushed))
  expect(resets, 'resets without a fault').toHaveLength(before)
  expectUnbroken(log)
}
