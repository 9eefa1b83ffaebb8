import { AssertionError } from 'node:assert'
import { feedCases } from '@revoked/conformance'
import type { FeedConnection, FeedFollower, KeyedMark, ProbedStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { describe, expect, test } from 'vitest'

/** A memory store whose feed has one bug. */
function withFeed(
  breakFollower: (follower: FeedFollower) => FeedFollower,
  breakConnection: (connection: FeedConnection) => FeedConnection = (connection) => connection,
): () => ProbedStore {
  return () => {
    const store = memoryStore()
    return { ...store, follow: (log, follower) => breakConnection(store.follow(log, breakFollower(follower))) }
  }
}

function sameFollower(follower: FeedFollower): FeedFollower {
  return follower
}

const brokenFeeds: readonly {
  readonly bug: string
  readonly detectedBy: string
  readonly open: () => ProbedStore
}[] = [
  {
    bug: 'loses a change now and then',
    detectedBy: 'emits every change once, in an unbroken chain',
    open: withFeed((follower) => {
      let count = 0
      return { ...follower, changed: (change) => void (++count % 5 !== 0 && follower.changed(change)) }
    }),
  },
  {
    bug: 'emits a change twice',
    detectedBy: 'emits every change once, in an unbroken chain',
    open: withFeed((follower) => ({
      ...follower,
      changed: (change) => {
        follower.changed(change)
        follower.changed(change)
      },
    })),
  },
  {
    bug: 'opens before follow has returned',
    detectedBy: 'emits every change once, in an unbroken chain',
    open: () => {
      const store = memoryStore()
      return {
        ...store,
        follow: (log, follower) => {
          follower.opened()
          return store.follow(log, follower)
        },
      }
    },
  },
  {
    bug: 'emits what was recorded, and not the merged mark',
    detectedBy: 'emits absolute values, after the merge',
    open: () => {
      const store = memoryStore()
      let last: readonly KeyedMark[] = []
      return {
        ...store,
        record: (marks) => {
          last = marks
          return store.record(marks)
        },
        follow: (log, follower) =>
          store.follow(log, { ...follower, changed: (change) => follower.changed({ ...change, recorded: last }) }),
      }
    },
  },
  {
    bug: 'keeps silent about what was forgotten',
    detectedBy: 'emits what was forgotten',
    open: withFeed((follower) => ({
      ...follower,
      changed: (change) => follower.changed({ ...change, forgotten: [] }),
    })),
  },
  {
    bug: 'moves on with every record, changed or not',
    detectedBy: 'emits nothing for a record that changed nothing',
    open: () => {
      const store = memoryStore()
      let records = 0
      return {
        ...store,
        record: (marks) => {
          records++
          return store.record(marks)
        },
        follow: (log, follower) =>
          store.follow(log, {
            ...follower,
            confirmed: (probe, position) => follower.confirmed(probe, { ...position, sequence: records }),
          }),
      }
    },
  },
  {
    bug: 'confirms probes at a wrong position',
    detectedBy: 'confirms a probe at the position of the last change, for every follower',
    open: withFeed((follower) => ({
      ...follower,
      confirmed: (probe, position) => follower.confirmed(probe, { ...position, tip: `seen by ${probe}` }),
    })),
  },
  {
    bug: 'does not restart',
    detectedBy: 'restarts: closed, then opened, then changes again',
    open: withFeed(sameFollower, (connection) => ({ ...connection, restart: () => undefined })),
  },
  {
    bug: 'goes on after it was closed',
    detectedBy: 'emits nothing more once it is closed',
    open: withFeed(sameFollower, (connection) => ({ ...connection, close: async () => undefined })),
  },
  {
    bug: 'follows logs that do not exist',
    detectedBy: 'files every key in one of its logs, and refuses to follow another',
    open: () => {
      const store = memoryStore()
      return { ...store, follow: (_, follower) => store.follow(0, follower) }
    },
  },
]

describe.concurrent('a broken feed is detected', () => {
  for (const { bug, detectedBy, open } of brokenFeeds) {
    test(`${bug}: by "${detectedBy}"`, async () => {
      const found = feedCases.find(({ name }) => name === detectedBy)
      expect(found).toBeDefined()
      await expect(found?.run({ open: () => ({ store: open() }) })).rejects.toThrow(AssertionError)
    }, 20_000)
  }
})

test('every feed case detects at least one broken feed', () => {
  const detecting = new Set(brokenFeeds.map(({ detectedBy }) => detectedBy))
  expect(feedCases.map(({ name }) => name).filter((name) => !detecting.has(name))).toEqual([])
})
