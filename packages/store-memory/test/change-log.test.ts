import type { KeyedMark, LogEntry, LogListener, LogPosition } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Change, type ChangeLog, createChangeLog } from '../src/change-log.ts'

function keyed(value: string): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
}

/**
 * Appends this many entries in batches, and returns the positions after each entry, from the start.
 */
function fill(log: ChangeLog, count: number, batchSize = 1): LogPosition[] {
  const positions = [log.read().position]
  log.subscribe(listening((entries) => positions.push(...entries.map(({ position }) => position))))
  const changes: Change[] = Array.from({ length: count }, (_, index) => keyed(`${index}`))
  for (let index = 0; index < count; index += batchSize) log.append(changes.slice(index, index + batchSize))
  return positions
}

function listening(entries: (entries: readonly LogEntry[]) => void): LogListener {
  return { entries, wake: () => {} }
}

/** Returns the values of the entries that follow a position, or `reset`. */
function valuesAfter(log: ChangeLog, after: LogPosition | undefined): string[] | 'reset' {
  const read = log.read(after)
  return read.reset ? 'reset' : read.entries.map(({ key }) => key.value)
}

describe('trimming', () => {
  test.each([1, 3, 10])('keeps the last %i entries and less than twice as many', (minEntries) => {
    const log = createChangeLog(minEntries)
    for (const [index, position] of fill(log, 7 * minEntries).entries()) {
      const behind = 7 * minEntries - index
      if (behind <= minEntries) expect(valuesAfter(log, position)).toHaveLength(behind)
      if (behind >= 2 * minEntries) expect(valuesAfter(log, position)).toBe('reset')
    }
  })

  test('keeps the last entries of a batch that is longer than the log', () => {
    const log = createChangeLog(3)
    const positions = fill(log, 100, 100)
    expect(valuesAfter(log, positions.at(-4))).toEqual(['97', '98', '99'])
    expect(valuesAfter(log, positions[0])).toBe('reset')
  })

  test('keeps 10,000 entries by default', async () => {
    const store = memoryStore()
    const { position: start } = await store.read(0)
    await store.record(Array.from({ length: 10_000 }, (_, index) => keyed(`${index}`)))
    expect((await store.read(0, start)).reset).toBe(false)
    await store.record(Array.from({ length: 10_000 }, (_, index) => keyed(`more-${index}`)))
    expect((await store.read(0, start)).reset).toBe(true)
  })
})

describe('pages', () => {
  test.each([
    [999, [999]],
    [1_000, [1_000]],
    [1_001, [1_000, 1]],
    [2_000, [1_000, 1_000]],
  ])('of %i entries are cut into %j', (count, expected) => {
    const log = createChangeLog(10_000)
    let at = fill(log, count)[0]
    const sizes: number[] = []
    for (let isComplete = false; !isComplete; ) {
      const read = log.read(at)
      if (read.reset) throw new Error('unexpected reset')
      sizes.push(read.entries.length)
      at = read.entries.at(-1)?.position
      isComplete = read.complete
    }
    expect(sizes).toEqual(expected)
  })

  test('do not change when the log does', () => {
    const log = createChangeLog(2)
    const [start] = fill(log, 2)
    const page = log.read(start)
    fill(log, 10)
    expect(page).toMatchObject({ entries: [{ key: { value: '0' } }, { key: { value: '1' } }] })
  })
})

describe('a push', () => {
  test('comes before the record resolves', async () => {
    const store = memoryStore()
    const pushed: string[] = []
    store.subscribe(
      0,
      listening((entries) => pushed.push(...entries.map(({ key }) => key.value))),
    )
    const recorded = store.record([keyed('a'), keyed('b')])
    expect(pushed).toEqual(['a', 'b'])
    await recorded
  })

  test('that throws does not stop the record, the other listeners or the next push', async () => {
    const store = memoryStore()
    const pushed: string[] = []
    const note = (name: string, entries: readonly LogEntry[]): void => {
      pushed.push(...entries.map(({ key }) => `${name} ${key.value}`))
    }
    const subscription = store.subscribe(
      0,
      listening((entries) => {
        note('broken', entries)
        throw new RangeError('listener bug')
      }),
    )
    store.subscribe(
      0,
      listening((entries) => note('sound', entries)),
    )
    expect(await store.record([keyed('a')])).toEqual([true])
    expect(await store.record([keyed('b')])).toEqual([true])
    expect(pushed).toEqual(['broken a', 'sound a', 'broken b', 'sound b'])
    expect(subscription.status().isOpen).toBe(true)
  })

  test('does not reach a subscription that a listener has closed', () => {
    const log = createChangeLog(10)
    const pushed: string[] = []
    const first = log.subscribe(
      listening(() => {
        pushed.push('first')
        first.close()
        second.close()
      }),
    )
    const second = log.subscribe(listening(() => pushed.push('second')))
    log.subscribe(listening(() => pushed.push('third')))
    log.append([keyed('a')])
    log.append([keyed('b')])
    expect(pushed).toEqual(['first', 'third', 'third'])
  })

  test('of one listener that subscribed twice ends with each subscription', () => {
    const log = createChangeLog(10)
    let pushes = 0
    const listener = listening(() => pushes++)
    const [first, second] = [log.subscribe(listener), log.subscribe(listener)]
    log.append([keyed('a')])
    expect(pushes).toBe(2)
    first.close()
    log.append([keyed('b')])
    expect(pushes).toBe(3)
    second.close()
    log.append([keyed('c')])
    expect(pushes).toBe(3)
  })

  test('may record: the log has both changes, one after the other', async () => {
    const store = memoryStore()
    const { position: start } = await store.read(0)
    const nested: Promise<unknown>[] = []
    store.subscribe(
      0,
      listening(([entry]) => {
        if (entry?.key.value === 'a') nested.push(store.record([keyed('b')]))
      }),
    )
    await store.record([keyed('a')])
    await Promise.all(nested)
    expect(await store.read(0, start)).toMatchObject({
      complete: true,
      entries: [
        { key: { value: 'a' }, position: { sequence: 1 } },
        { key: { value: 'b' }, position: { sequence: 2 }, previousTip: '1' },
      ],
    })
  })
})

describe('the epoch', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('is another one for each store', async () => {
    const ends = await Promise.all([memoryStore().read(0), memoryStore().read(0)])
    expect(new Set(ends.map(({ position }) => position.epoch)).size).toBe(2)
  })

  test('is not created with the store, because workers allow no random values then', async () => {
    const random = vi.spyOn(crypto, 'randomUUID')
    const store = memoryStore()
    expect(random).not.toHaveBeenCalled()
    const { position } = await store.read(0)
    await store.record([keyed('a')])
    expect((await store.read(0)).position.epoch).toBe(position.epoch)
  })
})

describe('the option logLength', () => {
  test.each([0, -1, 1.5, Number.NaN, Infinity, '10'])('refuses %s', (logLength) => {
    expect(() => memoryStore({ logLength: logLength as number })).toThrow(RangeError)
  })
})
