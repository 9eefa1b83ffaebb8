import { eventually } from '@revoked/testing'
import { describe, expect } from 'vitest'
import { clients } from '../support/connected-clients.ts'
import { killDuringChecks, killDuringRevoke } from '../support/fault-checks.ts'
import { revocationOver, test, tokenOf } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

describe.each(clients)('a killed server, %s', { concurrent: true, timeout: 20_000 }, (_, connect) => {
  test('lets no revoked token pass, and holds none after a restart without data', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    await killDuringChecks({ store, server })
    await server.restart()
    const revocation = revocationOver(store)
    const token = tokenOf('revoked-0')
    await eventually(async () => (await revocation.check(token)).allowed, 'the empty server answers', 10_000)
    await revocation.revoke({ token })
    expect(await revocation.check(token)).toMatchObject({ status: 'revoked' })
  })

  test('rejects the revocation in flight, and a retry after the restart is the first', async ({ start, open }) => {
    const server = await start()
    await killDuringRevoke({ server, store: await open(connect(server.port)) })
  })

  test('receives its scripts again after the restart: to record, forget and read the log', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    const key = { scope: 'jti', value: 'a' }
    const keyed = { key, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
    const useAll = async (): Promise<void> => {
      const { position } = await store.read(0)
      expect(await store.record([keyed])).toEqual([true])
      expect(await store.find([key])).toEqual([keyed])
      await store.forget([key])
      expect(await store.find([key])).toEqual([])
      expect(await store.read(0, position)).toMatchObject({
        entries: [
          { key, mark: keyed.mark },
          { key, mark: undefined },
        ],
      })
    }
    await useAll()
    await server.restart()
    await eventually(async () => [await store.find([key])], 'the client is back', 10_000)
    await useAll()
    // One call for the script that reads, and one for each of the two that write.
    const stats = await server.command('INFO', 'commandstats')
    expect(stats).toContain('cmdstat_eval_ro:calls=1,')
    expect(stats).toContain('cmdstat_eval:calls=2,')
  })
})
