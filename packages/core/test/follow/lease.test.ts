import { expect, test } from 'vitest'
import { createLease } from '../../src/follow/lease.ts'

test('holds for exactly maxStaleness from the instant of the grant', () => {
  const lease = createLease(100)
  expect(lease.holds(0, 0)).toBe(false)
  lease.grant({ monotonic: 1_000, wall: 5_000 })
  expect(lease.holds(1_099, 5_099)).toBe(true)
  expect(lease.holds(1_100, 5_099)).toBe(false)
})

test('ends as soon as either clock says so', () => {
  const lease = createLease(100)
  lease.grant({ monotonic: 1_000, wall: 5_000 })
  expect(lease.holds(1_100, 4_000)).toBe(false)
  expect(lease.holds(1_000, 5_100)).toBe(false)
})

test('is not shortened by a read that was sent earlier', () => {
  const lease = createLease(100)
  lease.grant({ monotonic: 1_050, wall: 5_050 })
  lease.grant({ monotonic: 1_000, wall: 5_000 })
  expect(lease.holds(1_149, 5_149)).toBe(true)
})

test('ends by the new time if the wall clock was set back', () => {
  const lease = createLease(100)
  lease.grant({ monotonic: 1_000, wall: 5_000 })
  lease.grant({ monotonic: 1_010, wall: 1_010 })
  expect(lease.holds(1_020, 1_110)).toBe(false)
})
