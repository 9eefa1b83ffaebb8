import type { FeedPosition } from '@revoked/core'
import { expect, test } from 'vitest'
import { createLogView, type LogView } from '../../src/follow/log-view.ts'

const maxStalenessMs = 100
const at = (sequence: number, tip = `t${sequence}`): FeedPosition => ({ epoch: 'e', sequence, tip })
const change = (sequence: number, previousTip = `t${sequence - 1}`) => ({ position: at(sequence), previousTip })

function setUp(): { readonly view: LogView; readonly isLive: () => boolean; readonly pass: (ms: number) => void } {
  let now = 1_000
  const view = createLogView(maxStalenessMs, { monotonic: () => now, wall: () => now })
  return {
    view,
    isLive: () => view.isLive(now, now),
    pass: (ms) => {
      now += ms
    },
  }
}

/** Returns a view that is live at position 3. */
function live(): ReturnType<typeof setUp> {
  const setting = setUp()
  setting.view.opened()
  setting.view.probeSent('first')
  setting.view.confirmed('first', at(3))
  return setting
}

test('goes from down to subscribed to live to suspect, and down again', () => {
  const { view, pass } = setUp()
  expect(view.state()).toBe('down')
  view.opened()
  expect(view.state()).toBe('subscribed')
  view.probeSent('p')
  view.confirmed('p', at(3))
  expect(view.state()).toBe('live')
  pass(maxStalenessMs)
  expect(view.state()).toBe('suspect')
  view.closed()
  expect(view.state()).toBe('down')
})

test('counts the lease from when the probe was sent', () => {
  const { view, isLive, pass } = setUp()
  view.opened()
  view.probeSent('p')
  pass(60)
  view.confirmed('p', at(3))
  pass(39)
  expect(isLive()).toBe(true)
  pass(1)
  expect(isLive()).toBe(false)
})

test('stays live after a change that follows', () => {
  const { view, isLive } = live()
  expect(view.changed(change(4))).toBe('fits')
  expect(isLive()).toBe(true)
})

test.each([
  ['that skips one', change(5)],
  ['of the same length after another change', change(4, 'other')],
  ['of another epoch', { position: { epoch: 'f', sequence: 4, tip: 't4' }, previousTip: 't3' }],
  ['that it had already', change(3)],
])('finds the gap before a change %s', (_, next) => {
  const { view, isLive } = live()
  const before = view.generation()
  expect(view.changed(next)).toBe('gap')
  expect(view.generation()).toBe(before + 1)
  expect(isLive()).toBe(false)
  expect(view.isBased()).toBe(false)
})

test.each([at(4), at(2), at(3, 'other'), { ...at(3), epoch: 'f' }])(
  'finds the gap before a probe at %o',
  (position) => {
    const { view, isLive } = live()
    view.probeSent('p')
    expect(view.confirmed('p', position)).toBe('gap')
    expect(isLive()).toBe(false)
  },
)

test('ignores a probe of an earlier generation or another instance', () => {
  const { view } = live()
  view.probeSent('old')
  view.closed()
  view.opened()
  expect(view.confirmed('old', at(3))).toBe('ignored')
  expect(view.confirmed('foreign', at(3))).toBe('ignored')
  expect(view.state()).toBe('subscribed')
})

test('drops the outstanding probes at a gap', () => {
  const { view } = live()
  view.probeSent('p')
  view.changed(change(9))
  expect(view.confirmed('p', at(9))).toBe('ignored')
  expect(view.state()).toBe('subscribed')
})

test('has no base for changes that come before the first probe', () => {
  const { view } = setUp()
  view.opened()
  expect(view.changed(change(4))).toBe('ignored')
  expect(view.isBased()).toBe(false)
})

test('is stalled if a written probe was not confirmed, but not if the write failed', () => {
  const { view, pass } = live()
  view.probeSent('unwritten')
  view.probeSent('failed')
  view.probeFailed('failed')
  pass(201)
  expect(view.isStalled(200)).toBe(false)
  view.probeSent('written')
  view.probeWritten('written')
  pass(200)
  expect(view.isStalled(200)).toBe(false)
  pass(1)
  expect(view.isStalled(200)).toBe(true)
})

test('is still stalled after the longest backoff and all of its probes', () => {
  const { view, pass } = live()
  for (let probe = 0; probe < 4 * 2 * 16 + 2; probe++) {
    view.probeSent(`p${probe}`)
    view.probeWritten(`p${probe}`)
    pass(maxStalenessMs / 4)
  }
  expect(view.isStalled(2 * 16 * maxStalenessMs)).toBe(true)
})
