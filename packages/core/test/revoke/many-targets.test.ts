import { createRevocation, type SubjectTarget } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import { expect, test } from 'vitest'

test('a revocation of 100,000 subjects lets the event loop turn while it plans', async () => {
  const store = plainStore()
  let recorded = 0
  let turns = 0
  const revocation = createRevocation({
    store: {
      ...store,
      record: async (marks) => {
        recorded = turns
        return marks.map(() => true)
      },
    },
    maxTokenLifetime: '24h',
  })
  const count = (): void => {
    turns++
    if (recorded === 0) setImmediate(count)
  }
  setImmediate(count)
  const targets = Array.from({ length: 100_000 }, (_, index): SubjectTarget => ({ subject: `user-${index}` }))
  const results = await revocation.revoke(targets)
  expect(results).toHaveLength(100_000)
  expect(recorded).toBeGreaterThanOrEqual(48)
})

test('a wrong target anywhere in a large array stores nothing', async () => {
  let records = 0
  const store = { ...plainStore(), record: async () => [records++ > 0] }
  const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
  const targets = Array.from({ length: 5_000 }, (_, index) => ({ subject: index === 4_999 ? '' : `user-${index}` }))
  await expect(revocation.revoke(targets)).rejects.toThrow()
  expect(records).toBe(0)
})
