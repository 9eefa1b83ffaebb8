import { expect, test } from 'vitest'
import type { FaultRun, FollowedFaultRun } from './fault-run.ts'
import { expectEveryAcknowledged, expectUnbroken } from './followed-log.ts'

/**
 * Fails unless every call was settled in time. The functions here state what a store must keep
 * under faults.
 */
export function expectSettled({ settled, load }: FaultRun): void {
  expect(settled).toMatchObject({ status: 'fulfilled' })
  expect(load.tally().checksAnswered).toBeGreaterThan(0)
}

/** Fails unless every token is refused from its acknowledgement on. */
export function expectNoneMissed({ durable, missed }: FaultRun): void {
  expect(durable.length).toBeGreaterThan(20)
  expect(missed.length, `acknowledged revocations are missed, of ${durable.length}`).toBe(0)
}

/**
 * Fails if two callers learned that they were first, or if none did although every call was
 * answered.
 */
export function expectOneFirst({ durable }: FaultRun): void {
  const firsts = durable.filter(({ rejections }) => rejections === 0).map((round) => round.firsts)
  expect(new Set(firsts), 'first, if all calls were answered').toEqual(new Set([1]))
  expect(Math.max(...durable.map((round) => round.firsts)), 'first, if some calls were not answered').toBe(1)
}

/** Fails unless every instance recovered without help. */
export function expectRecovered({ recovered }: FaultRun): void {
  if (recovered.status === 'rejected') throw recovered.reason
}

/**
 * Fails unless the log was read on from where it was. Only if its end was lost with a server, it is
 * begun again, once.
 */
export function expectReadOn({ log, isLossy }: Pick<FollowedFaultRun, 'log' | 'isLossy'>): void {
  expect(log.resets[0], 'the beginning').toBe(0)
  expect(log.resets.length, 'resets, the beginning included').toBeLessThanOrEqual(isLossy ? 2 : 1)
}

/** Fails unless reads found every acknowledged change in time, once and in order. */
export function expectAllRead({ log, durable }: Pick<FollowedFaultRun, 'log' | 'durable'>): void {
  expectUnbroken(log)
  expectEveryAcknowledged(
    log,
    durable.map(({ token, startedAt, acknowledgedAt }) => ({ value: String(token.jti), startedAt, acknowledgedAt })),
  )
}

/** Declares the tests that every service has to pass during a fault. */
export function endures(faultRun: () => FollowedFaultRun): void {
  test('settles every check and every revocation in time', () => expectSettled(faultRun()))

  test('lets no token pass whose acknowledged revocation was not lost with a server', () =>
    expectNoneMissed(faultRun()))

  test('lets exactly one caller know that it was first', () => expectOneFirst(faultRun()))

  test('recovers without help', () => expectRecovered(faultRun()))

  test('reads every acknowledged change at once, in order and without a hole', () => expectAllRead(faultRun()))

  test('reads on from where it was, unless the end of the log was lost', () => expectReadOn(faultRun()))

  test('replaces its lost subscription, and is pushed every change from then on', () => {
    const { refollowed } = faultRun()
    if (refollowed.status === 'rejected') throw refollowed.reason
  })
}
