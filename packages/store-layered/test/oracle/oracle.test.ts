import { describe, expect, test } from 'vitest'
import { messageFaults } from './message-faults.ts'
import { boundMs, goThrough } from './trial.ts'
import { plainPubSub, product } from './variant.ts'

// One fault of many. The matrix has the others, and detects more broken variants.
describe('1% of the messages lost', { concurrent: true, timeout: 40_000 }, () => {
  test('no "not revoked" of the product outlives the bound', async () => {
    const { longestMs, longestRemoteMs, judged } = await goThrough(messageFaults.losesSome, product)
    expect(Math.max(longestMs, longestRemoteMs)).toBeLessThanOrEqual(boundMs + 5)
    expect(judged).toBeGreaterThan(200)
  })

  test('one of plain pub/sub does', async () => {
    const { longestMs } = await goThrough({ ...messageFaults.losesSome, mayStayDown: true }, plainPubSub)
    expect(longestMs).toBeGreaterThan(boundMs + 50)
  })
})
