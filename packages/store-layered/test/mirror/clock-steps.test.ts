import type { FollowableStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { live, localValues, mirror } from '../support/mirrors.ts'
import { alice, bob, marked } from '../support/remotes.ts'

const hourMs = 3_600_000
const trueTime = (): number => performance.timeOrigin + performance.now()

// Only the clock: the timers of the mirror go on.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: trueTime() }))
afterEach(() => void vi.useRealTimers())

/** Returns a remote whose clock is right, and the number of its scans. */
function remoteWithClock(): { readonly remote: FollowableStore; readonly scans: () => number } {
  const store = memoryStore({ now: trueTime })
  let scans = 0
  const scan: FollowableStore['scan'] = (log) => {
    scans++
    return store.scan(log)
  }
  return { remote: { ...store, scan }, scans: () => scans }
}

describe('a mirror whose clock was an hour ahead', () => {
  test('finds the marks again that its copy has dropped', async () => {
    const { remote } = remoteWithClock()
    await remote.record([marked(alice)])
    const store = await live(mirror(remote))
    vi.setSystemTime(trueTime() + hourMs)
    await eventually(() => store.status().marks === 0, 'the mark was dropped')
    vi.setSystemTime(trueTime())
    await eventually(() => localValues(store, [alice])?.length === 1, 'the mark is found locally')
  })

  test('finds the marks that the log delivered meanwhile', async () => {
    const { remote } = remoteWithClock()
    const store = await live(mirror(remote))
    vi.setSystemTime(trueTime() + hourMs)
    await live(store)
    const mark = { cutoff: 1, expiresAt: trueTime() + 60_000 }
    await remote.record([{ key: bob, mark }])
    await eventually(() => localValues(store, [bob])?.length === 0, 'the mark was left out')
    vi.setSystemTime(trueTime())
    await eventually(() => localValues(store, [bob])?.length === 1, 'the mark is found locally')
  })
})

test('a mirror whose clock is set back by less than marks outlive tokens does not scan again', async () => {
  const { remote, scans } = remoteWithClock()
  const store = await live(mirror(remote))
  vi.setSystemTime(Date.now() - 900)
  const { sinceConfirmedMs = 0 } = store.status()
  const before = performance.now() - sinceConfirmedMs
  const isConfirmed = (): boolean => performance.now() - (store.status().sinceConfirmedMs ?? 0) > before + 1
  await eventually(isConfirmed, 'the log was read again')
  expect(scans()).toBe(1)
  vi.setSystemTime(Date.now() - 1_100)
  await eventually(() => scans() === 2, 'the mirror scans again')
})
