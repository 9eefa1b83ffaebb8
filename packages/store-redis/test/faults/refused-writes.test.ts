import type { FollowableStore, KeyedMark } from '@revoked/core'
import { eventually, type RedisServer } from '@revoked/testing'
import { describe, expect } from 'vitest'
import { clients } from '../support/connected-clients.ts'
import { changesOn, marksOn, revocationOver, test, tokenOf } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'
import { failureOf, unavailable, verdictOn } from '../support/settled.ts'

guardRejections()

function keyed(value: string): KeyedMark {
  return { key: { scope: 'jti', value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
}

/**
 * Expects revocations to fail with the reply of the server and to leave nothing behind, and checks
 * to be answered.
 */
async function expectRefused(store: FollowableStore, server: RedisServer, reply: string): Promise<void> {
  const revocation = revocationOver(store)
  const before = [await marksOn(server), await changesOn(server)]
  expect(await failureOf(revocation.revoke({ token: tokenOf('refused') }))).toEqual({ reply })
  expect([await marksOn(server), await changesOn(server)]).toEqual(before)
  expect(await verdictOn(revocation, tokenOf('before'))).toMatchObject({ status: 'revoked' })
  expect(await verdictOn(revocation, tokenOf('refused'))).toMatchObject({ status: 'active' })
}

/**
 * Expects the server to refuse to be read as it refuses writes. What it holds may be outdated, and
 * a follower would take it for all that there is.
 */
async function expectUnreadable(store: FollowableStore, reply: string): Promise<void> {
  await expect(store.read(0)).rejects.toMatchObject({ reply })
  await expect(store.read(0, { epoch: '', sequence: 0, tip: '' })).rejects.toMatchObject({ reply })
}

/** Returns the part of an entry of the log that names the key. */
function named({ key }: KeyedMark): { readonly key: KeyedMark['key'] } {
  return { key }
}

/** Expects the same revocation to be the first of its token once the server accepts writes. */
async function expectTaken(store: FollowableStore): Promise<void> {
  expect(await revocationOver(store).revoke({ token: tokenOf('refused') })).toMatchObject({ changed: true })
}

describe.each(clients)('revocations over %s', { concurrent: true, timeout: 20_000 }, (_, connect) => {
  test('reject on a full server, which still forgets, and whose log is read', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    const { position } = await store.read(0)
    await store.record([keyed('before'), keyed('forgotten')])
    await revocationOver(store).ready()
    await server.command('CONFIG', 'SET', 'maxmemory', 1)
    await expectRefused(store, server, 'OOM')
    expect(await store.read(0, position)).toMatchObject({ entries: [keyed('before'), keyed('forgotten')].map(named) })
    await store.forget([keyed('forgotten').key])
    expect(await store.find([keyed('forgotten').key])).toEqual([])
    await server.command('CONFIG', 'SET', 'maxmemory', 0)
    await expectTaken(store)
  })

  test('and reads of the log reject on a demoted primary, which still answers checks', async ({ start, open }) => {
    const [server, other] = await Promise.all([start(), start()])
    const store = await open(connect(server.port))
    await store.record([keyed('before')])
    await revocationOver(store).ready()
    // The new primary does not answer, so the data stay.
    other.kill('SIGSTOP')
    await server.command('REPLICAOF', '127.0.0.1', other.port)
    await expectRefused(store, server, 'READONLY')
    await expectUnreadable(store, 'READONLY')
    await expect(store.forget([keyed('before').key])).rejects.toMatchObject({ reply: 'READONLY' })
    await server.command('REPLICAOF', 'NO', 'ONE')
    await expectTaken(store)
  })

  test('and checks alike reject on a demoted primary that must not serve stale data', async ({ start, open }) => {
    const [server, other] = await Promise.all([start('--replica-serve-stale-data', 'no'), start()])
    const store = await open(connect(server.port))
    const revocation = revocationOver(store)
    await store.record([keyed('before')])
    await revocationOver(store).ready()
    other.kill('SIGSTOP')
    await server.command('REPLICAOF', '127.0.0.1', other.port)
    expect(await verdictOn(revocation, tokenOf('before'))).toMatchObject({
      ...unavailable,
      error: { cause: { reply: 'MASTERDOWN' } },
    })
    expect(await failureOf(revocation.revoke({ token: tokenOf('refused') }))).toEqual({ reply: 'MASTERDOWN' })
    await server.command('REPLICAOF', 'NO', 'ONE')
    await expectTaken(store)
  })

  test('and reads of the log reject if too few replicas follow', async ({ start, open }) => {
    const server = await start()
    const store = await open(connect(server.port))
    await store.record([keyed('before')])
    await revocationOver(store).ready()
    await server.command('CONFIG', 'SET', 'min-replicas-to-write', 1)
    await expectRefused(store, server, 'NOREPLICAS')
    await expectUnreadable(store, 'NOREPLICAS')
    await expect(store.forget([keyed('before').key])).rejects.toMatchObject({ reply: 'NOREPLICAS' })
    await server.command('CONFIG', 'SET', 'min-replicas-to-write', 0)
    await expectTaken(store)
  })

  test('reject on a server that cannot write its snapshot to disk', async ({ start, open }) => {
    const server = await start('--save', '3600 1', '--enable-protected-configs', 'yes')
    const store = await open(connect(server.port))
    await store.record([keyed('before')])
    await revocationOver(store).ready()
    const [, folder = ''] = (await server.command('CONFIG', 'GET', 'dir')) as readonly string[]
    // No user can create a file there, not even root.
    await server.command('CONFIG', 'SET', 'dir', '/proc')
    await saved(server, 'err')
    await expectRefused(store, server, 'MISCONF')
    await expect(store.forget([keyed('before').key])).rejects.toMatchObject({ reply: 'MISCONF' })
    await server.command('CONFIG', 'SET', 'dir', folder)
    await saved(server, 'ok')
    await expectTaken(store)
  })

  test('and checks alike reject while the server loads its data', async ({ start, open }) => {
    const server = await start('--enable-debug-command', 'yes', '--loading-process-events-interval-bytes', '1024')
    const store = await open(connect(server.port))
    const revocation = revocationOver(store)
    await store.record([keyed('before')])
    await revocationOver(store).ready()
    await server.command('DEBUG', 'POPULATE', 2_000)
    await server.command('CONFIG', 'SET', 'key-load-delay', 1_000)
    const reloaded = server.command('DEBUG', 'RELOAD')
    await eventually(
      async () => String(await server.command('INFO')).includes('\r\nloading:1\r\n'),
      'the server is loading',
    )
    const [verdict, failure] = await Promise.all([
      verdictOn(revocation, tokenOf('before')),
      failureOf(revocation.revoke({ token: tokenOf('refused') })),
    ])
    expect(verdict).toMatchObject({ ...unavailable, error: { cause: { reply: 'LOADING' } } })
    expect(failure).toEqual({ reply: 'LOADING' })
    await reloaded
    expect(await verdictOn(revocation, tokenOf('before'))).toMatchObject({ status: 'revoked' })
    await expectTaken(store)
  })

  test.for([
    ['hash', ['HSET', '{revoked:0}:jti:a', 'field', 'value']],
    ['list', ['RPUSH', '{revoked:0}:jti:a', 'value']],
  ] as const)(
    'and checks reject if the key of the token is a %s of another application',
    async ([, command], { start, open }) => {
      const server = await start()
      const store = await open(connect(server.port))
      const { key } = keyed('a')
      await server.command(...command)
      await expect(store.record([keyed('a')])).rejects.toMatchObject({ reply: 'WRONGTYPE' })
      await expect(store.find([key])).rejects.toMatchObject({ reply: 'WRONGTYPE' })
      await expect(store.forget([key])).rejects.toMatchObject({ reply: 'WRONGTYPE' })
      expect(await server.command('EXISTS', '{revoked:0}:jti:a')).toBe(1)
      expect(await verdictOn(revocationOver(store), tokenOf('a'))).toMatchObject(unavailable)
    },
  )
})

/** Makes the server save, and waits for this result. */
async function saved(server: RedisServer, status: 'ok' | 'err'): Promise<void> {
  await eventually(async () => {
    const info = String(await server.command('INFO', 'persistence'))
    if (info.includes(`rdb_last_bgsave_status:${status}\r\n`) && info.includes('rdb_bgsave_in_progress:0')) return true
    if (info.includes('rdb_bgsave_in_progress:0')) await server.command('BGSAVE')
    return false
  }, `the snapshot is ${status}`)
}
