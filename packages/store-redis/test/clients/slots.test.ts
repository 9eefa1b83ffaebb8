import { expect, test } from 'vitest'
import { createSlots, slotOf } from '../../src/clients/slots.ts'

// The slots are those that CLUSTER KEYSLOT of Redis 7.0 returns.
test.each([
  ['123456789', 12_739],
  ['{revoked:0}:feed', 7_415],
  ['{revoked:0}:jti:a}b', 7_415],
  ['foo{}{bar}', 8_363],
  ['foo{{bar}}zap', 4_015],
  ['foo{bar', 15_278],
  ['', 0],
])('the slot of %s is %i', (key, slot) => {
  expect(slotOf(key)).toBe(slot)
  const lookUp = createSlots()
  expect([lookUp(key), lookUp(key)]).toEqual([slot, slot])
})
