import type { FeedChange, FeedFollower, KeyedMark } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { expect, test } from 'vitest'

function keyed(value: string): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
}

function recorder(overrides: Partial<FeedFollower> = {}): {
  readonly follower: FeedFollower
  readonly events: string[]
} {
  const events: string[] = []
  const follower: FeedFollower = {
    opened: () => events.push('opened'),
    changed: ({ recorded }: FeedChange) => events.push(`changed ${recorded.map(({ key }) => key.value).join()}`),
    confirmed: (probe) => events.push(`confirmed ${probe}`),
    closed: (cause) => events.push(cause === undefined ? 'closed' : `closed: ${cause.message}`),
    ...overrides,
  }
  return { follower, events }
}

test('emits a change before the record resolves', async () => {
  const store = memoryStore()
  const { follower, events } = recorder()
  store.follow(0, follower)
  await Promise.resolve()
  const recorded = store.record([keyed('a')])
  expect(events).toEqual(['opened', 'changed a'])
  await recorded
})

test('closes and reopens a follower that throws, while the record and the other followers go on', async () => {
  const store = memoryStore()
  const broken = recorder({
    changed: () => {
      throw new RangeError('listener bug')
    },
  })
  const sound = recorder()
  store.follow(0, broken.follower)
  store.follow(0, sound.follower)
  await Promise.resolve()
  expect(await store.record([keyed('a')])).toEqual([true])
  expect(sound.events).toEqual(['opened', 'changed a'])
  expect(broken.events).toEqual(['opened', 'closed: The follower threw while it applied a change.', 'opened'])
})

test('rejects a probe on a closed connection', async () => {
  const connection = memoryStore().follow(0, recorder().follower)
  await connection.close()
  await expect(connection.probe('p')).rejects.toThrow('closed')
})

test('begins a new epoch with every store', async () => {
  const epochs = new Set<string>()
  for (const store of [memoryStore(), memoryStore()]) {
    const { follower } = recorder({ confirmed: (_, { epoch }) => epochs.add(epoch) })
    const connection = store.follow(0, follower)
    await Promise.resolve()
    await connection.probe('p')
  }
  expect(epochs.size).toBe(2)
})
