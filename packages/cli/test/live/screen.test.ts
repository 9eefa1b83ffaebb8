import { expect, test } from 'vitest'
import { createActivity } from '../../src/live/activity.ts'
import { screenLines } from '../../src/live/screen.ts'
import { createStyle } from '../../src/output/style.ts'

const position = { epoch: 'e', sequence: 1, tip: 't' }
const mark = { cutoff: Infinity, expiresAt: 9 }
const entry = (scope: string, isRevoked = true) => ({
  position,
  previousTip: '',
  key: { scope, value: 'x' },
  mark: isRevoked ? mark : undefined,
})

const summary = {
  marks: 1_234,
  byScope: new Map([['sub', 1_200]]),
  byReason: new Map([['', 1_234]]),
  expiringSoon: 3,
  changes: 5_000,
  logs: 4,
}

test('activity counts revocations by scope, and forgets a minute later what was recent', () => {
  let now = 0
  const activity = createActivity(() => now)
  for (const scope of ['sub', 'sub', 'jti']) activity.noted(entry(scope))
  activity.noted(entry('sub', false))
  now = 30_000
  activity.noted(entry('sub'))
  expect(activity.counts().revoked.get('sub')).toEqual({ total: 3, lastMinute: 3 })
  now = 61_000
  expect(activity.counts().revoked.get('sub')).toEqual({ total: 3, lastMinute: 1 })
  expect(activity.counts().reinstated).toBe(1)
})

test('a screen shows targets that have no mark yet, the log, and its subscribers', () => {
  const activity = createActivity(() => 0)
  activity.noted(entry('client_id'))
  const shown = { summary, subscribers: 3, isSubscribed: true, activity: activity.counts(), isLive: false }
  const text = screenLines(shown, createStyle(false)).join('\n')
  expect(text).toMatch(/^1,234 live marks, 3 expire within an hour {3}the store does not answer\n/)
  expect(text).toMatch(/ 1,200 +0 +0 {2}sub \(subjects\)\n +0 +1 +1 {2}claim client_id\n/)
  expect(text).toMatch(/ 5,000 {2}changes so far, in 4 logs\n +3 {2}subscribers, this screen included$/)
})
