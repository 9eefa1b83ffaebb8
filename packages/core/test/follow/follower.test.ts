import type { Key, LogEntry, LogPosition, LogRead } from '@revoked/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { createFollower, type Follower } from '../../src/follow/follower.ts'

let clock = { monotonic: 0, wall: 0 }
let events: string[] = []
let follower: Follower

function at(sequence: number, { epoch = 'e', tip = `t${sequence}` } = {}): LogPosition {
  return { epoch, sequence, tip }
}

function key(value: string): Key {
  return { scope: 'jti', value }
}

function entry(sequence: number, { epoch = 'e', previousTip = `t${sequence - 1}` } = {}): LogEntry {
  return { position: at(sequence, { epoch }), previousTip, key: key(String(sequence)), mark: undefined }
}

function page(entries: readonly LogEntry[], position: LogPosition, complete = true): LogRead {
  return { reset: false, entries, position, complete }
}

function read(answer: LogRead): boolean {
  return follower.finishRead(follower.startRead(), answer)
}

function pass(ms: number): void {
  clock = { monotonic: clock.monotonic + ms, wall: clock.wall + ms }
}

function isLive(): boolean {
  return follower.isLive(clock.monotonic, clock.wall)
}

beforeEach(() => {
  clock = { monotonic: 0, wall: 1_000_000 }
  events = []
  follower = createFollower({
    maxStalenessMs: 1_000,
    clock: { monotonic: () => clock.monotonic, wall: () => clock.wall },
    handler: {
      apply: ({ position }) => events.push(`apply ${position.sequence}`),
      reset: () => events.push('reset'),
      suspect: (keys) => events.push(`suspect ${keys.map(({ value }) => value).join()}`),
    },
  })
})

test('is not live before it has read', () => {
  expect(isLive()).toBe(false)
  expect(follower.startRead().after).toBeUndefined()
})

describe('after the first read', () => {
  beforeEach(() => {
    expect(read({ reset: true, position: at(5) })).toBe(true)
    events = []
  })

  test('is live, and reads on from the end of the log', () => {
    expect(isLive()).toBe(true)
    expect(follower.startRead().after).toEqual(at(5))
  })

  test('applies the entries of a page in order', () => {
    expect(read(page([entry(6), entry(7)], at(7)))).toBe(true)
    expect(events).toEqual(['apply 6', 'apply 7'])
  })

  test('skips entries that were pushed while the read was in flight', () => {
    const reading = follower.startRead()
    follower.push([entry(6)])
    expect(follower.finishRead(reading, page([entry(6), entry(7)], at(7)))).toBe(true)
    expect(events).toEqual(['apply 6', 'apply 7'])
  })

  test('does not move backwards when an older page arrives', () => {
    const reading = follower.startRead()
    follower.push([entry(6), entry(7)])
    expect(follower.finishRead(reading, page([entry(6)], at(6)))).toBe(true)
    expect(follower.position()).toEqual(at(7))
  })

  test('confirms an older end if pushes went on from there', () => {
    pass(900)
    const reading = follower.startRead()
    follower.push([entry(6), entry(7)])
    expect(follower.finishRead(reading, page([entry(6)], at(6)))).toBe(true)
    pass(900)
    expect(isLive()).toBe(true)
  })

  test('grants no lease if pushes went beyond the end on another branch', () => {
    pass(900)
    const reading = follower.startRead()
    follower.push([entry(6), entry(7)])
    const other = { ...entry(6), position: at(6, { tip: 'other' }) }
    expect(follower.finishRead(reading, page([other], other.position))).toBe(false)
    pass(100)
    expect(isLive()).toBe(false)
  })

  test.each([
    ['leaves out one', entry(7)],
    ['has another epoch', entry(6, { epoch: 'other' })],
    ['follows another tip', entry(6, { previousTip: 'other' })],
  ])('drops a page that %s, and grants no lease', (_, misfit) => {
    pass(900)
    expect(read(page([misfit, entry(8)], at(8)))).toBe(false)
    expect(events).toEqual([])
    pass(100)
    expect(isLive()).toBe(false)
  })

  test('grants no lease for a page that is not the last one', () => {
    pass(900)
    expect(read(page([entry(6)], at(9), false))).toBe(false)
    pass(100)
    expect(isLive()).toBe(false)
  })

  test('grants no lease if the page reaches the sequence of the end with another tip', () => {
    pass(900)
    expect(read(page([], at(5, { tip: 'other' })))).toBe(false)
    pass(100)
    expect(isLive()).toBe(false)
  })

  test('dates the lease from the sending of the read', () => {
    pass(100)
    const reading = follower.startRead()
    pass(800)
    follower.finishRead(reading, page([], at(5)))
    pass(199)
    expect(isLive()).toBe(true)
    pass(1)
    expect(isLive()).toBe(false)
  })

  test.each(['monotonic', 'wall'] as const)('ends the lease if only the %s clock advances', (one) => {
    clock = { ...clock, [one]: clock[one] + 1_000 }
    expect(isLive()).toBe(false)
  })

  test('begins a new generation at a reset, and continues from there', () => {
    const before = follower.generation()
    expect(read({ reset: true, position: at(1, { epoch: 'new' }) })).toBe(true)
    expect(events).toEqual(['reset'])
    expect(follower.generation()).toBe(before + 1)
    expect(follower.push([entry(2, { epoch: 'new' })])).toBe(true)
  })

  test('drops an answer from before a reset', () => {
    const early = follower.startRead()
    read({ reset: true, position: at(1, { epoch: 'new' }) })
    pass(1_000)
    expect(follower.finishRead(early, page([], at(5)))).toBe(false)
    expect(follower.finishRead(early, { reset: true, position: at(9) })).toBe(false)
    expect(follower.position()).toEqual(at(1, { epoch: 'new' }))
    expect(isLive()).toBe(false)
  })

  test('ignores a push that was applied before', () => {
    follower.push([entry(6)])
    expect(follower.push([entry(6)])).toBe(true)
    expect(events).toEqual(['apply 6'])
  })

  test('suspects the keys of a push from the first entry on that does not fit', () => {
    expect(follower.push([entry(6), entry(8), entry(9)])).toBe(false)
    expect(events).toEqual(['apply 6', 'suspect 8,9'])
    expect(follower.position()).toEqual(at(6))
  })

  test('grants no lease by a push', () => {
    pass(1_000)
    follower.push([entry(6)])
    expect(isLive()).toBe(false)
  })

  test('keeps its position when everything is learned anew', () => {
    const before = follower.generation()
    follower.renew()
    expect(follower.generation()).toBe(before + 1)
    expect(follower.startRead().after).toEqual(at(5))
  })
})

test('applies no push before the first read', () => {
  expect(follower.push([entry(1)])).toBe(false)
  expect(events).toEqual(['suspect 1'])
})
