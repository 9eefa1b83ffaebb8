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
  await eventually(() => heard.subscription.status().isOpen && heard.wakes() > 0, 'the subscription is open')
  return heard
}

/** Returns a mark that revokes the token of this id. */
export function revokedToken(value: string): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
}

/** Returns the ids in the entries, in order. */
export function idsIn(entries: readonly LogEntry[]): string[] {
  return entries.map(({ key }) => key.value)
}
