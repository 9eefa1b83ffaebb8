/** What `expectEveryAcknowledged` takes for learned. It judges the fault tests of the log. */
import type { LogEntry } from '@revoked/core'
import { expect, test } from 'vitest'
import { expectEveryAcknowledged, type FollowedLog } from '../support/followed-log.ts'

const entry: LogEntry = {
  position: { epoch: 'e', sequence: 1, tip: '1' },
  previousTip: '',
  key: { scope: 'jti', value: 'a' },
  mark: { cutoff: Infinity, expiresAt: 1 },
}

type Confirmation = FollowedLog['confirmations'][number]

/** A log with three reads to its end. The second one is under way from 10 to 30. */
function logWith(second: Partial<Confirmation>, third: Partial<Confirmation> = {}): FollowedLog {
  const first = { sentAt: 0, answeredAt: 1, applied: 0, resets: 1 }
  const confirmations = [
    first,
    { ...first, ...second, sentAt: 10, answeredAt: 30 },
    { ...first, ...second, ...third, sentAt: 40, answeredAt: 41 },
  ]
  const applied = Array.from({ length: confirmations[2]?.applied ?? 0 }, () => entry)
  return { applied, resets: [], confirmations } as Partial<FollowedLog> as FollowedLog
}

test.each([
  ['is an entry of the next read', 20, 20, logWith({ applied: 1 })],
  ['is an entry of the read after its acknowledgement', 20, 20, logWith({}, { applied: 1 })],
  ['is followed by a reset', 35, 35, logWith({}, { resets: 2 })],
  ['was acknowledged while the read of a reset was under way', 20, 20, logWith({ resets: 2 })],
  ['was under way when a reset was answered', 25, 35, logWith({ resets: 2 })],
])('a change is learned that %s', (_, startedAt, acknowledgedAt, log) => {
  expectEveryAcknowledged(log, [{ value: 'a', startedAt, acknowledgedAt }])
})

test.each([
  ['is in no answer', 20, 20, logWith({})],
  ['was under way when a read was answered that was no reset', 25, 35, logWith({})],
  ['was sent after the last reset', 32, 35, logWith({ resets: 2 })],
  ['was acknowledged before a read that did not contain it', 5, 5, logWith({}, { applied: 1 })],
])('a change is missed that %s', (_, startedAt, acknowledgedAt, log) => {
  expect(() => expectEveryAcknowledged(log, [{ value: 'a', startedAt, acknowledgedAt }])).toThrow(/were not read/)
})
