import type { LogEntry } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { beforeEach, describe, expect, test } from 'vitest'
import { createLocalCopy, type LocalCopy } from '../../src/mirror/local-copy.ts'
import { createLogMirror, type LogMirror } from '../../src/mirror/log-mirror.ts'
import { alice, bob, marked } from '../support/remotes.ts'

/** A scan whose state a test decides. */
interface FakeScan {
  readonly delayMs: number
  copy: LocalCopy | undefined
  endedAt: number | undefined
  isClosed: boolean
}

let scans: FakeScan[]
let mirror: LogMirror

function openCopy(): LocalCopy {
  return createLocalCopy({
    store: memoryStore(),
    wall: Date.now,
    isDigest: () => false,
    failed: (cause) => expect.fail(String(cause)),
  })
}

function entry(keyed: { key: LogEntry['key']; mark?: LogEntry['mark'] }): LogEntry {
  return { position: { epoch: 'e', sequence: 1, tip: '1' }, previousTip: '0', key: keyed.key, mark: keyed.mark }
}

function foundBy(copy: LocalCopy | undefined): readonly string[] | undefined {
  const found = copy?.find([alice, bob])
  return found instanceof Promise ? undefined : found?.map(({ key }) => key.value)
}

beforeEach(() => {
  scans = []
  mirror = createLogMirror((delayMs) => {
    const scan: FakeScan = { delayMs, copy: openCopy(), endedAt: undefined, isClosed: false }
    scans.push(scan)
    return {
      copy: () => scan.copy,
      endedAt: () => scan.endedAt,
      marks: () => 0,
      durationMs: () => 0,
      close: () => {
        scan.isClosed = true
      },
    }
  })
  mirror.reset()
})

/** Completes the last scan. */
function complete(): void {
  const scan = scans.at(-1)
  if (scan !== undefined) scan.endedAt = 10
  mirror.confirmed(11)
}

test('serves a copy after a read that was sent after the end of its scan', () => {
  const [scan] = scans
  if (scan !== undefined) scan.endedAt = 10
  mirror.confirmed(9)
  mirror.confirmed(10)
  expect(mirror.serving()).toBeUndefined()
  mirror.confirmed(10.001)
  expect(mirror.serving()).toBe(scan?.copy)
})

test('applies entries while the scan runs', async () => {
  mirror.apply(entry(marked(alice)))
  await Promise.resolve()
  complete()
  expect(foundBy(mirror.serving())).toEqual(['alice'])
})

test('serves nothing while an entry has not taken effect', async () => {
  complete()
  const copy = mirror.serving()
  mirror.apply(entry(marked(alice)))
  expect(mirror.serving()).toBeUndefined()
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  expect(mirror.serving()).toBe(copy)
})

test('waits longer before each scan that follows one without success', () => {
  for (let attempt = 1; attempt < 20; attempt++) mirror.reset()
  const delays = scans.map(({ delayMs }) => delayMs)
  expect(delays[0]).toBe(0)
  expect(delays[1]).toBeGreaterThanOrEqual(50)
  expect(delays[10]).toBeGreaterThan(10_000)
  expect(Math.max(...delays)).toBeLessThanOrEqual(30_000)
  complete()
  mirror.reset()
  expect(scans.at(-1)?.delayMs).toBe(0)
})

describe('a reset', () => {
  test('discards the scan, and serves nothing from before', () => {
    complete()
    mirror.reset()
    expect(mirror.serving()).toBeUndefined()
    mirror.reset()
    expect(scans.map(({ isClosed }) => isClosed)).toEqual([false, true, false])
  })

  test('leaves the last copy for the case that the remote fails', async () => {
    complete()
    mirror.apply(entry(marked(alice)))
    mirror.apply(entry(marked(bob)))
    mirror.reset()
    mirror.apply(entry({ key: bob }))
    expect(foundBy(mirror.lastKnown())).toEqual(['alice'])
  })
})

describe('a renewal', () => {
  test('goes on serving the copy, and applies entries to both', async () => {
    complete()
    const before = mirror.serving()
    mirror.renew()
    mirror.apply(entry(marked(alice)))
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    expect(mirror.serving()).toBe(before)
    expect(foundBy(before)).toEqual(['alice'])
    complete()
    expect(mirror.serving()).not.toBe(before)
    expect(foundBy(mirror.serving())).toEqual(['alice'])
  })

  test('does not disturb a scan that runs', () => {
    mirror.renew()
    expect(scans).toHaveLength(1)
  })

  test('tries again after an overflow', () => {
    complete()
    mirror.overflow()
    expect([mirror.isOverflowed(), mirror.size(), mirror.lastKnown()]).toEqual([true, 0, undefined])
    mirror.renew()
    expect(mirror.isOverflowed()).toBe(false)
    expect(scans).toHaveLength(2)
  })
})

test('begins nothing once it is closed', () => {
  complete()
  mirror.close()
  mirror.reset()
  mirror.renew()
  expect(mirror.serving()).toBeUndefined()
  expect(scans).toHaveLength(1)
})
