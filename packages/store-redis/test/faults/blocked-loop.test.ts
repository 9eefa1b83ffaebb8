import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { clients } from '../support/connected-clients.ts'
import { revocationOver, test, timeoutMs, tokenOf, tokensOf } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

describe.each(clients)('%s', (_, connect) => {
  test('answers 50 checks whose replies arrived while the event loop was blocked', async ({ start, open }) => {
    const server = await start()
    const revocation = revocationOver(await open(connect(server.port)))
    await revocation.check(tokenOf('before'))
    // The replies must not arrive before the event loop is blocked.
    await server.command('CLIENT', 'PAUSE', timeoutMs / 2, 'ALL')
    const checks = tokensOf('a', 50).map((token) => revocation.check(token))
    // The commands leave within these turns.
    await nextTurn()
    await nextTurn()
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, timeoutMs * 2)
    const statuses = (await Promise.all(checks)).map(({ status }) => status)
    expect(statuses.filter((status) => status !== 'active')).toEqual([])
  })
})
