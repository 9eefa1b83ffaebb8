import { randomUUID } from 'node:crypto'
import type { FollowableStore, KeyedMark, LogEntry, LogSubscription } from '@revoked/core'
import { eventually } from '@revoked/testing'
import { onTestFinished } from 'vitest'

/** What a subscription has delivered. */
export interface HeardLog {
  readonly subscription: LogSubscription
  readonly entries: readonly LogEntry[]
  readonly wakes: () => number
}

/** Subscribes to a log until the test ends. */
export function hear(store: FollowableStore, log = 0): HeardLog {
  const entries: LogEntry[] = []
  let wakes = 0
  const subscription = store.subscribe(log, {
    entries: (more) => entries.push(...more),
    wake: () => wakes++,
  })
  onTestFinished(() => subscription.close())
  return { subscription, entries, wakes: () => wakes }
}

/** Subscribes to a log, and waits until the subscription is open and accepts pushes. */
export async function listen(store: FollowableStore, log = 0): Promise<HeardLog> {
  const heard = hear(store, log)
  await allOpen([heard])
  return heard
}

/** Subscribes to all logs of the store. */
export function hearAll(store: FollowableStore): readonly HeardLog[] {
  return Array.from({ length: store.logs }, (_, log) => hear(store, log))
}

/** Waits until all subscriptions are open and accept pushes. */
export async function allOpen(heard: readonly HeardLog[]): Promise<void> {
  const isReady = ({ subscription, wakes }: HeardLog): boolean => subscription.status().isOpen && wakes() > 0
  await eventually(() => heard.every(isReady), 'all are open', 10_000)
}

/** Records until each log has heard more than before. */
export async function allHear(store: FollowableStore, heard: readonly HeardLog[]): Promise<void> {
  const before = heard.map(({ entries }) => entries.length)
  await eventually(async () => {
    // The epoch is another one after a restart of the server.
    for (let log = 0; log < store.logs; log++) await store.read(log)
    await store.record(Array.from({ length: 4 * store.logs }, () => revokedToken(randomUUID())))
    return heard.every(({ entries }, log) => entries.length > (before[log] ?? 0))
  }, 'every log hears what is recorded')
}

/** Returns a mark that revokes the token of this id. */
export function revokedToken(value: string): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
}

/** Returns the ids in the entries, in order. */
export function idsIn(entries: readonly LogEntry[]): string[] {
  return entries.map(({ key }) => key.value)
}
