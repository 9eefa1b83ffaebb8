import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { FeedChange, FeedConnection, FeedPosition, Key, ProbedStore } from '@revoked/core'
import { type Mark, marksEqual, mergeMarks } from '@revoked/core'
import { type ConformanceCase, caseOver, eventually, type OpenStore, type StoreSubject } from './case.ts'
import { someKey, someMark } from './samples.ts'

type FollowableSubject = StoreSubject<OpenStore<ProbedStore>>

interface FollowedFeed {
  readonly events: readonly string[]
  readonly changes: readonly FeedChange[]
  readonly connection: FeedConnection
  /** Sends a probe, and resolves with the position at which it came back. */
  readonly confirm: () => Promise<FeedPosition>
}

/** Follows one log of the store and keeps what it emits. */
async function follow(store: ProbedStore, log = 0): Promise<FollowedFeed> {
  const events: string[] = []
  const changes: FeedChange[] = []
  const confirmations = new Map<string, FeedPosition>()
  let followed = false
  const note = (event: string): void => {
    assert.ok(followed, 'a callback ran before follow had returned')
    events.push(event)
  }
  const connection = store.follow(log, {
    opened: () => note('opened'),
    changed: (change) => {
      note('changed')
      changes.push(change)
    },
    confirmed: (probe, position) => {
      note('confirmed')
      confirmations.set(probe, position)
    },
    closed: () => note('closed'),
  })
  followed = true
  const confirm = async (): Promise<FeedPosition> => {
    const probe = randomUUID()
    await connection.probe(probe)
    await eventually(() => confirmations.has(probe), 'the probe comes back')
    const position = confirmations.get(probe)
    assert.ok(position)
    return position
  }
  await eventually(() => events.includes('opened'), 'the feed opens')
  return { events, changes, connection, confirm }
}

function feedCase(
  name: string,
  body: (opened: OpenStore<ProbedStore>) => Promise<void>,
): ConformanceCase<FollowableSubject> {
  return caseOver(name, body)
}

/** Returns what a follower that applies every change has under the key. */
function replay(changes: readonly FeedChange[], key: Key): Mark | undefined {
  const isKey = (other: Key): boolean => other.scope === key.scope && other.value === key.value
  return changes.reduce<Mark | undefined>((held, { recorded, forgotten }) => {
    const mark = recorded.findLast((keyed) => isKey(keyed.key))?.mark
    return mark ?? (forgotten.some(isKey) ? undefined : held)
  }, undefined)
}

/** The cases for every {@link ProbedStore}, over its first log. */
export const feedCases: readonly ConformanceCase<FollowableSubject>[] = [
  feedCase('emits every change once, in an unbroken chain', async ({ store, peer = store }) => {
    const feed = await follow(store)
    const start = await feed.confirm()
    const keys = keysOfFirstLog(store, 12)
    await Promise.all(keys.map((key, index) => (index % 2 === 0 ? store : peer).record([{ key, mark: someMark() }])))
    await feed.confirm()
    // A store may emit several marks in one change.
    const emitted = feed.changes.flatMap(({ recorded }) => recorded.map(({ key }) => key.value))
    assert.deepEqual(emitted.sort(), keys.map(({ value }) => value).sort())
    feed.changes.reduce((before, { position, previousTip }) => {
      assert.equal(position.epoch, before.epoch)
      assert.equal(position.sequence, before.sequence + 1)
      assert.equal(previousTip, before.tip)
      assert.notEqual(position.tip, before.tip)
      return position
    }, start)
    await feed.connection.close()
  }),
  feedCase('emits absolute values, after the merge', async ({ store }) => {
    const feed = await follow(store)
    const [key = someKey()] = keysOfFirstLog(store, 1)
    const now = Date.now()
    const first = someMark({ cutoff: now, exemptions: { 'sid:s': -Infinity } })
    const second = someMark({ cutoff: now - 10, expiresAt: now + 90_000, reason: 'again' })
    await store.record([{ key, mark: first }])
    await store.record([{ key, mark: second }])
    await feed.confirm()
    const replayed = replay(feed.changes, key)
    assert.ok(replayed && marksEqual(replayed, mergeMarks(first, second)))
    await feed.connection.close()
  }),
  feedCase('emits what was forgotten', async ({ store }) => {
    const feed = await follow(store)
    const [key = someKey()] = keysOfFirstLog(store, 1)
    await store.record([{ key, mark: someMark() }])
    await store.forget([key])
    await feed.confirm()
    assert.equal(replay(feed.changes, key), undefined)
    assert.ok(feed.changes.some(({ forgotten }) => forgotten.some(({ value }) => value === key.value)))
    await feed.connection.close()
  }),
  feedCase('emits nothing for a record that changed nothing', async ({ store }) => {
    const [key = someKey()] = keysOfFirstLog(store, 1)
    const mark = someMark()
    await store.record([{ key, mark }])
    const feed = await follow(store)
    const before = await feed.confirm()
    await store.record([{ key, mark }])
    assert.deepEqual(await feed.confirm(), before)
    assert.equal(feed.changes.length, 0)
    await feed.connection.close()
  }),
  feedCase(
    'confirms a probe at the position of the last change, for every follower',
    async ({ store, peer = store }) => {
      const [one, other] = await Promise.all([follow(store), follow(peer)])
      const [key = someKey()] = keysOfFirstLog(store, 1)
      await store.record([{ key, mark: someMark() }])
      const position = await one.confirm()
      assert.deepEqual({ ...one.changes.at(-1)?.position }, { ...position })
      assert.deepEqual({ ...(await other.confirm()) }, { ...position })
      await Promise.all([one.connection.close(), other.connection.close()])
    },
  ),
  feedCase('restarts: closed, then opened, then changes again', async ({ store }) => {
    const feed = await follow(store)
    feed.connection.restart()
    await eventually(() => feed.events.filter((event) => event === 'opened').length === 2, 'the feed opens again')
    assert.deepEqual(feed.events, ['opened', 'closed', 'opened'])
    const [key = someKey()] = keysOfFirstLog(store, 1)
    await store.record([{ key, mark: someMark() }])
    await eventually(() => feed.changes.length === 1, 'a change arrives')
    await feed.connection.close()
  }),
  feedCase('emits nothing more once it is closed', async ({ store }) => {
    const [closed, open] = await Promise.all([follow(store), follow(store)])
    await closed.connection.close()
    const [key = someKey()] = keysOfFirstLog(store, 1)
    await store.record([{ key, mark: someMark() }])
    await open.confirm()
    assert.deepEqual(closed.events, ['opened'])
    await open.connection.close()
  }),
  feedCase('files every key in one of its logs, and refuses to follow another', async ({ store }) => {
    for (let index = 0; index < 100; index++) {
      const log = store.logOf(someKey(`${index}`))
      assert.ok(Number.isInteger(log) && log >= 0 && log < store.logs)
      assert.equal(store.logOf(someKey(`${index}`)), log)
    }
    const follower = { opened: () => {}, changed: () => {}, confirmed: () => {}, closed: () => {} }
    for (const log of [-1, store.logs, 0.5]) assert.throws(() => store.follow(log, follower), RangeError)
  }),
]

function keysOfFirstLog(store: ProbedStore, count: number): Key[] {
  const keys: Key[] = []
  for (let index = 0; keys.length < count; index++) {
    const key = someKey(`user-${index}`)
    if (store.logOf(key) === 0) keys.push(key)
  }
  return keys
}
