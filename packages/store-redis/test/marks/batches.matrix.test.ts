import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Revocation, SubjectTarget, Verdict } from '@revoked/core'
import { describe, expect } from 'vitest'
import { allClients } from '../support/connected-clients.ts'
import { revocationOver, test, tokenOf } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

const count = 100_000

/**
 * The most processor time of one turn of the event loop, in ms. The time that passes would also
 * count what other processes of the machine take.
 */
const maxTurnMs = 150

interface Observed<Result> {
  readonly result: Result
  readonly statuses: readonly Verdict['status'][]
  readonly longestTurnMs: number
}

/** Checks tokens of the same process while the call is under way, and watches the event loop. */
async function observe<Result>(revocation: Revocation, call: Promise<Result>): Promise<Observed<Result>> {
  const checks: Promise<Verdict>[] = []
  let longestTurnMs = 0
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      checks.push(revocation.check(tokenOf(`a-${checks.length}`)))
      const before = process.cpuUsage()
      await nextTurn()
      longestTurnMs = Math.max(longestTurnMs, process.cpuUsage(before).user / 1_000)
      await sleep(1)
    }
  })()
  try {
    const result = await call
    isOver = true
    await watching
    const statuses = (await Promise.all(checks)).map(({ status }) => status)
    return { result, statuses, longestTurnMs }
  } finally {
    isOver = true
  }
}

describe.each(allClients)('%s', (_, connect) => {
  test('answers checks while 100,000 subjects are revoked and reinstated', { timeout: 60_000 }, async ({
    start,
    open,
  }) => {
    const server = await start()
    const revocation = revocationOver(await open(connect(server.port)), 1_000)
    await revocation.ready()
    const targets = Array.from({ length: count }, (_, index): SubjectTarget => ({ subject: `user-${index}` }))

    const revoked = await observe(revocation, revocation.revoke(targets))
    expect(revoked.result.filter(({ changed }) => changed)).toHaveLength(count)
    const reinstated = await observe(revocation, revocation.reinstate(targets))
    for (const { statuses, longestTurnMs } of [revoked, reinstated]) {
      expect(statuses.length).toBeGreaterThan(50)
      expect(statuses.filter((status) => status !== 'active')).toEqual([])
      expect(longestTurnMs).toBeLessThan(maxTurnMs)
    }
    // The settings are left, and the change log.
    expect(Number(await server.command('DBSIZE'))).toBeLessThanOrEqual(4)
  })
})
