import type { LogStatus } from '@revoked/core/follow'
import { describe, expect, test } from 'vitest'
import { layeredStatus } from '../src/status.ts'

const counters = { localKeys: 3, remoteKeys: 1, resets: 2 }

/** A log that was confirmed that long ago, in ms. */
function log(agoMs: number | undefined, rest: Partial<LogStatus> = {}): LogStatus {
  const confirmedAt =
    agoMs === undefined ? undefined : { monotonic: performance.now() - agoMs, wall: Date.now() - agoMs }
  const subscription = { isOpen: true, lastFailure: undefined, ignoredMessages: 1 }
  const failures = { lastFailure: undefined, lastFailureAt: undefined, subscriptionFailedAt: undefined }
  return { state: 'live', confirmedAt, gaps: 1, latePushes: 3, subscription, ...failures, ...rest }
}

describe('the status of several logs', () => {
  test('has the state and the age of the worst one, and sums what is counted', () => {
    const status = layeredStatus([log(10), log(60_000, { state: 'stale' })], counters, { jti: 4 })
    expect(status).toMatchObject({ state: 'stale', gaps: 2, latePushes: 6, ignoredMessages: 2, resets: 2 })
    expect(status).toMatchObject({ localShare: 0.75, localKeys: 3, remoteKeys: 1 })
    expect(status.sinceConfirmedMs).toBeGreaterThanOrEqual(60_000)
    expect(status.entries).toEqual({ jti: 4 })
  })

  test('has no age until every one was read', () => {
    expect(layeredStatus([log(10), log(undefined, { state: 'starting' })], counters, {})).toMatchObject({
      state: 'starting',
      sinceConfirmedMs: undefined,
    })
  })

  test('says why a subscription is not open', () => {
    const lastFailure = new Error('NOPERM')
    const subscription = { isOpen: false, lastFailure, ignoredMessages: 0 }
    expect(layeredStatus([log(10), log(10, { subscription, subscriptionFailedAt: 5 })], counters, {})).toMatchObject({
      isSubscribed: false,
      lastFailure,
      lastFailureAt: 5,
    })
  })

  test.each([
    ['the subscription of one log', 3, 1, 2, 'subscription'],
    ['a read of one log', 2, 3, 1, 'read'],
    ['a read of the other log', 2, 1, 3, 'other read'],
  ])('has the newest failure, which is of %s', (_, subscriptionFailedAt, lastFailureAt, otherAt, newest) => {
    const subscription = { isOpen: false, lastFailure: new Error('subscription'), ignoredMessages: 0 }
    const one = log(10, { subscription, subscriptionFailedAt, lastFailure: new Error('read'), lastFailureAt })
    const other = log(10, { lastFailure: new Error('other read'), lastFailureAt: otherAt })
    const status = layeredStatus([one, other], counters, {})
    expect(status).toMatchObject({ lastFailure: { message: newest }, lastFailureAt: 3 })
  })
})
