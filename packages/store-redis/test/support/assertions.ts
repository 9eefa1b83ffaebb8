import { expect, test } from 'vitest'
import type { FaultRun, FollowedFaultRun } from './fault-run.ts'
import { expectUnbroken } from './followed-feed.ts'

/** Fails unless every call was settled in time. */
export function expectSettled({ settled, load }: FaultRun): void {
  expect(settled).toMatchObject({ status: 'fulfilled' })
  expect(load.tally().checksAnswered).toBeGreaterThan(0)
}

/** Fails unless every token that was acknowledged for good is refused from then on. */
export function expectNoneMissed({ durable, missed }: FaultRun): void {
  expect(durable.length).toBeGreaterThan(20)
  expect(missed.length, `acknowledged revocations are missed, of ${durable.length}`).toBe(0)
}

/**
 * Fails if two callers were told that they were first, or none was though every call was answered.
 */
export function expectOneFirst({ durable }: FaultRun): void {
  const firsts = durable.filter(({ rejections }) => rejections === 0).map((round) => round.firsts)
  expect(new Set(firsts), 'first, where all were answered').toEqual(new Set([1]))
  expect(Math.max(...durable.map((round) => round.firsts)), 'first, where some were not').toBe(1)
}

/** Fails unless every instance came back to work by itself. */
export function expectRecovered({ recovered }: FaultRun): void {
  if (recovered.status === 'rejected') throw recovered.reason
}

/** What every service has to come through, whatever happens to its servers. */
export function endures(faultRun: () => FollowedFaultRun): void {
  test('settles every check and every revocation in time', () => expectSettled(faultRun()))

  test('lets no token pass whose revocation was acknowledged and not lost with a server', () =>
    expectNoneMissed(faultRun()))

  test('tells exactly one caller that it was first, and never two', () => expectOneFirst(faultRun()))

  test('works again by itself', () => expectRecovered(faultRun()))

  test('is told every change in an unbroken chain from opened to closed, nothing twice', () =>
    expectUnbroken(faultRun().feed))

  test('hears of its lost subscription, has another by itself, and is told every change from then on', () => {
    const { feed, refollowed } = faultRun()
    if (refollowed.status === 'rejected') throw refollowed.reason
    expect(feed.spans.slice(0, -1).every(({ isClosed }) => isClosed)).toBe(true)
  })
}
