import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { FollowableStore, LogEntry, LogSubscription } from '@revoked/core'
import { eventually } from '../case.ts'
import { someMark } from '../samples.ts'
import { endOf, keysOfLog, readOn } from './follow-log.ts'
import { type LogCase, logCase } from './log-subject.ts'

interface Subscribed {
  readonly subscription: LogSubscription
  /** The number of pushes, with entries or without. */
  readonly count: () => number
  readonly pushed: readonly (readonly LogEntry[])[]
  /** The number of pushes that came before `subscribe` had returned. */
  readonly early: number
}

/** Subscribes to the first log and keeps what is pushed. */
function subscribe(store: FollowableStore): Subscribed {
  const pushed: (readonly LogEntry[])[] = []
  let count = 0
  const subscription = store.subscribe(0, {
    entries: (entries) => {
      count++
      pushed.push(entries)
    },
    wake: () => void count++,
  })
  return { subscription, count: () => count, pushed, early: count }
}

/**
 * Records until the condition holds: a push may be lost, so that the first record may cause none.
 */
async function recordUntil(store: FollowableStore, condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 5_000
  const keys = keysOfLog(store, 900, what)
  for (let index = 0; !condition(); index++) {
    assert.ok(Date.now() < deadline, `waited 5,000 ms in vain: ${what}`)
    const start = (3 * index) % keys.length
    await store.record(keys.slice(start, start + 3).map((key) => ({ key, mark: someMark() })))
    // Fast at first. Later the wait grows, so that a slow store is not flooded.
    await delay(Math.min(index, 50))
  }
}

/** The cases of `subscribe`. They rely on no push: something arrives if records go on. */
export const pushCases: readonly LogCase[] = [
  logCase('pushes entries or a wake-up after changes, to each subscription', async ({ store, peer = store }) => {
    const all = [subscribe(store), subscribe(store), subscribe(peer)]
    await recordUntil(store, () => all.every(({ count }) => count() > 0), 'every subscription gets a push')
    for (const { subscription } of all) subscription.close()
  }),
  logCase('calls no listener before subscribe has returned', async ({ store }) => {
    for (const key of keysOfLog(store, 3)) await store.record([{ key, mark: someMark() }])
    const first = subscribe(store)
    const second = subscribe(store)
    assert.equal(first.early + second.early, 0, 'a listener was called before subscribe had returned')
    first.subscription.close()
    second.subscription.close()
  }),
  logCase('pushes nothing but entries of the log, in order', async ({ store }) => {
    const start = await endOf(store)
    const { subscription, count, pushed } = subscribe(store)
    await recordUntil(store, () => count() >= 3, 'three pushes arrive')
    subscription.close()
    const entries = new Map((await readOn(store, start)).map((entry) => [entry.position.sequence, entry]))
    for (const push of pushed) {
      for (const [index, entry] of push.entries()) {
        const { sequence } = entry.position
        assert.ok(isDeepStrictEqual(entry, entries.get(sequence)), `the log has another entry at ${sequence}`)
        assert.ok(index === 0 || sequence > (push[index - 1]?.position.sequence ?? 0), 'entries are out of order')
      }
    }
  }),
  logCase('calls no listener after close', async ({ store }) => {
    const closed = subscribe(store)
    const open = subscribe(store)
    await recordUntil(store, () => closed.count() > 0 && open.count() > 0, 'both subscriptions get a push')
    closed.subscription.close()
    const [before, openBefore] = [closed.count(), open.count()]
    await recordUntil(store, () => open.count() > openBefore + 2, 'the open subscription gets pushes')
    assert.equal(closed.count(), before, 'a listener was called after close')
    closed.subscription.close()
    open.subscription.close()
  }),
  logCase('pushes again after a restart', async ({ store }) => {
    const { subscription, count } = subscribe(store)
    await recordUntil(store, () => count() > 0, 'a push arrives')
    subscription.restart()
    const before = count()
    await recordUntil(store, () => count() > before, 'a push arrives after the restart')
    subscription.close()
  }),
  logCase('stays closed if it is restarted after close', async ({ store }) => {
    const closed = subscribe(store)
    const open = subscribe(store)
    closed.subscription.close()
    closed.subscription.restart()
    await recordUntil(store, () => open.count() > 2, 'the open subscription gets pushes')
    assert.equal(closed.count(), 0, 'a restart opened a subscription that was closed')
    assert.equal(closed.subscription.status().isOpen, false, 'a closed subscription must not be reported as open')
    open.subscription.close()
  }),
  logCase('reports whether the subscription is open', async ({ store }) => {
    const { subscription } = subscribe(store)
    await eventually(() => subscription.status().isOpen, 'the subscription is reported as open')
    const { ignoredMessages, lastFailure } = subscription.status()
    assert.ok(Number.isSafeInteger(ignoredMessages) && ignoredMessages >= 0, 'ignoredMessages must be a count')
    assert.ok(lastFailure === undefined || lastFailure instanceof Error, 'lastFailure must be an error')
    subscription.close()
    assert.equal(subscription.status().isOpen, false, 'a closed subscription must not be reported as open')
  }),
]
