import { expect, test } from 'vitest'
import { createReaderFailures } from '../../src/follow/reader-failures.ts'

/**
 * Returns failures over a subscription that can fail, with a clock that advances at each reading.
 */
function open() {
  let now = 0
  const state: { isOpen: boolean; lastFailure: Error | undefined; ignoredMessages: number } = {
    isOpen: true,
    lastFailure: undefined,
    ignoredMessages: 0,
  }
  return { state, failures: createReaderFailures({ status: () => ({ ...state }) }, () => ++now) }
}

test('no failure has a time before there is one', () => {
  const { failures } = open()
  failures.notice()
  expect(failures.status()).toMatchObject({ lastFailureAt: undefined, subscriptionFailedAt: undefined })
})

test('a failure of the subscription before that of a read has the earlier time', () => {
  const { state, failures } = open()
  state.lastFailure = new Error('cut')
  failures.readFailed(new Error('down'))
  expect(failures.status()).toMatchObject({
    subscriptionFailedAt: 1,
    lastFailureAt: 2,
    lastFailure: { message: 'down' },
  })
})

test('a failure of the subscription after that of a read has the later time', () => {
  const { state, failures } = open()
  failures.readFailed('down')
  state.lastFailure = new Error('cut')
  failures.notice()
  failures.notice()
  expect(failures.status()).toMatchObject({ lastFailureAt: 1, subscriptionFailedAt: 2 })
  state.lastFailure = new Error('cut again')
  expect(failures.status()).toMatchObject({ lastFailureAt: 1, subscriptionFailedAt: 3 })
})
