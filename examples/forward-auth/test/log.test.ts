import { virtualClock } from '@revoked/testing'
import { expect, test } from 'vitest'
import { createLog, createSparseLog, errorFields } from '../src/log.ts'

function capture() {
  const lines: Record<string, unknown>[] = []
  const log = createLog(
    'info',
    (line) => lines.push(JSON.parse(line)),
    () => 0,
  )
  return { lines, log }
}

test('an event is a line of JSON with its time and level, if the level is high enough', () => {
  const { lines, log } = capture()
  log('debug', 'hidden')
  log('warn', 'unavailable', { code: 'E\nX' })
  expect(lines).toEqual([{ time: '1970-01-01T00:00:00.000Z', level: 'warn', event: 'unavailable', code: 'E\nX' }])
})

test('of an error its codes are logged, and no message', () => {
  const root = Object.assign(new Error('S3CRET host'), { code: 'ECONNREFUSED' })
  const middle = new Error('S3CRET', { cause: root })
  const error = Object.assign(new Error('S3CRET', { cause: middle }), { code: 'ERR_REVOCATION_UNAVAILABLE' })
  expect(errorFields(error)).toEqual({ code: 'ERR_REVOCATION_UNAVAILABLE', cause: 'ECONNREFUSED' })
  expect(errorFields(Object.assign(new Error('S3CRET'), { code: 'redis://S3CRET' }))).toEqual({ code: 'Error' })
  expect(errorFields('S3CRET')).toEqual({ code: 'unknown' })
  const loop: Error & { cause?: unknown } = new Error('S3CRET')
  loop.cause = loop
  expect(errorFields(loop)).toEqual({ code: 'Error', cause: 'Error' })
})

test('an outage is a line a second, with the number of those that were left out', () => {
  const clock = virtualClock()
  const { lines, log } = capture()
  const sparse = createSparseLog(log, 1_000, clock.now)
  for (let index = 0; index < 100; index += 1) sparse('warn', 'unavailable', { code: 'A' })
  sparse('warn', 'unavailable', { code: 'B' })
  clock.advance(1_000)
  sparse('warn', 'unavailable', { code: 'A' })
  expect(lines.map(({ code, suppressed }) => [code, suppressed])).toEqual([
    ['A', undefined],
    ['B', undefined],
    ['A', 99],
  ])
})
