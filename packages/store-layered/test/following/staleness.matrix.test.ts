import { setTimeout as sleep } from 'node:timers/promises'
import type { FollowableStore, Key } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import { bothStores, type Store } from '../support/both-stores.ts'
import { countRevoked, openLive, revokeAll, startProxied, tokenKeys } from '../support/proxied-remote.ts'
import { silent } from '../support/remotes.ts'

const tokens = tokenKeys('hot', 40)
const timeout = 30_000

/**
 * Revokes the tokens one after the other over the other store, and returns the longest time in ms
 * for which one of them still passed after that was acknowledged.
 */
async function longestStaleness(store: Store, elsewhere: FollowableStore, everyMs: number): Promise<number> {
  const passing: Promise<number>[] = []
  for (const key of tokens) {
    await revokeAll(elsewhere, [key])
    passing.push(passesFor(store, key))
    await sleep(everyMs)
  }
  return Math.max(...(await Promise.all(passing)))
}

/** Returns how long the token still passes, in ms. A token that passes for long is given up. */
async function passesFor(store: Store, key: Key): Promise<number> {
  const revokedAt = performance.now()
  for (let passedAt = revokedAt; ; await sleep(1)) {
    const at = performance.now()
    const found = store.find([key])
    if (found instanceof Promise) throw new Error('It was not answered locally.')
    if (found.length > 0 || at - revokedAt > 3_000) return passedAt - revokedAt
    passedAt = at
  }
}

/** Returns the store without pushes, and a function that returns the longest round-trip in ms. */
function withoutPushes(store: FollowableStore): { readonly remote: FollowableStore; readonly roundTrip: () => number } {
  let longest = 0
  const remote: FollowableStore = {
    ...store,
    subscribe: silent,
    read: async (log, after) => {
      const sentAt = performance.now()
      const answer = await store.read(log, after)
      longest = Math.max(longest, performance.now() - sentAt)
      return answer
    },
  }
  return { remote, roundTrip: () => longest }
}

describe.each(bothStores)('a revoked token passes %s', (_, create) => {
  test('for less than 400 ms if the subscriber is half-open', { timeout }, async ({ onTestFinished }) => {
    const { remote, elsewhere, pushes } = await startProxied(onTestFinished)
    const store = await openLive(onTestFinished, () => create(remote, { maxStaleness: '1s' }))
    await countRevoked(store, tokens)
    pushes.halfOpen('toClient')
    const staleness = await longestStaleness(store, elsewhere, 75)
    expect(staleness, 'a push arrived').toBeGreaterThan(100)
    expect(staleness).toBeLessThan(400)
  })

  test('for less than 0.3 of the bound if nothing is pushed', { timeout }, async ({ onTestFinished }) => {
    const { remote: pushing, elsewhere } = await startProxied(onTestFinished)
    const { remote, roundTrip } = withoutPushes(pushing)
    const store = create(remote, { maxStaleness: '2s' })
    onTestFinished(() => store.close())
    await expect.poll(() => store.status().state, { timeout: 10_000 }).toBe('live')
    await countRevoked(store, tokens)
    const staleness = await longestStaleness(store, elsewhere, 75)
    expect(staleness).toBeGreaterThan(100)
    expect(staleness).toBeLessThan(0.3 * 2_000 + roundTrip())
  })

  test('for long if reads return nothing either, which is detected', { timeout }, async ({ onTestFinished }) => {
    const { remote, elsewhere } = await startProxied(onTestFinished)
    const broken: FollowableStore = {
      ...remote,
      subscribe: silent,
      read: async (log, after) =>
        after === undefined ? remote.read(log) : { reset: false, entries: [], position: after, complete: true },
    }
    const store = create(broken, { maxStaleness: '1s' })
    onTestFinished(() => store.close())
    await expect.poll(() => store.status().state, { timeout: 10_000 }).toBe('live')
    await countRevoked(store, tokens)
    expect(await longestStaleness(store, elsewhere, 1)).toBeGreaterThan(2_000)
  })
})
