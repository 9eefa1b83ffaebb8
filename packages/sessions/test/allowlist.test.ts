/** An allowlist over the caches of several processes, with sessions that are closed by one. */
import { createRevocation, type FollowableStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createSessions } from '../src/index.ts'
import { claimsOf } from './support/setup.ts'

const caches = [
  ['a layered store', (remote: FollowableStore) => layeredStore(remote)],
  ['a mirror', (remote: FollowableStore) => mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }) })],
] as const

describe.each(caches)('an allowlist over %s', (_, cacheOf) => {
  /** Opens processes that share a list and a store, with the number of look-ups of the list. */
  async function openProcesses(times: number) {
    const remote = memoryStore()
    const list = memorySessions()
    const calls = { finds: 0, isDown: false }
    const store: SessionStore = {
      ...list,
      find: async (keys, at) => {
        calls.finds++
        if (calls.isDown) throw new Error('The list is down.')
        return await list.find(keys, at)
      },
    }
    const open = async () => {
      const cache = cacheOf(remote)
      onTestFinished(() => cache.close())
      await eventually(() => cache.status().state === 'live', 'the cache is live')
      const revocation = createRevocation({ store: cache, maxTokenLifetime: '1h', allowlist: { sessions: store } })
      return {
        revocation,
        sessions: createSessions({ store, revocation, idleTimeout: '30m', absoluteLifetime: '30d' }),
      }
    }
    const processes = await Promise.all(Array.from({ length: times }, open))
    const [first] = processes
    if (first === undefined) throw new Error('There is no process.')
    const session = await first.sessions.open({ subject: 'ada' })
    const claims = claimsOf(session, Date.now())
    const verdicts = async () =>
      await Promise.all(
        processes.map(async ({ revocation }) => {
          const verdict = await revocation.check(claims)
          return verdict.status === 'revoked' ? (verdict.reason ?? 'revoked') : verdict.status
        }),
      )
    return { ...first, list, calls, session, claims, verdicts }
  }

  test('looks a session up once in each process, and refuses it everywhere once it is closed', async () => {
    const { sessions, session, calls, verdicts } = await openProcesses(2)
    for (let time = 0; time < 3; time++) expect(await verdicts()).toEqual(['active', 'active'])
    expect(calls.finds).toBe(2)
    await sessions.close('ada', session.id, { reason: 'logout' })
    expect(await verdicts()).toEqual(['logout', 'logout'])
  })

  test('refuses all sessions of a subject in every process after closeAll', async () => {
    const { sessions, verdicts } = await openProcesses(2)
    expect(await verdicts()).toEqual(['active', 'active'])
    await sessions.closeAll('ada', { reason: 'password' })
    expect(await verdicts()).toEqual(['password', 'password'])
  })

  test('lets known sessions pass while the list is down, and refuses closed ones', async () => {
    const { sessions, session, calls, claims, revocation, verdicts } = await openProcesses(2)
    expect(await verdicts()).toEqual(['active', 'active'])
    calls.isDown = true
    expect(await verdicts()).toEqual(['active', 'active'])
    const unknown = await revocation.check({ ...claims, sid: 'made-up' })
    expect(unknown).toMatchObject({ status: 'unavailable', allowed: false })
    await sessions.close('ada', session.id, { reason: 'logout' })
    expect(await verdicts()).toEqual(['logout', 'logout'])
  })

  test('does not notice a session that leaves the list without a revocation, as documented', async () => {
    const { list, session, claims, revocation, verdicts } = await openProcesses(1)
    expect(await verdicts()).toEqual(['active'])
    await list.close('ada', [session.id])
    expect(await verdicts()).toEqual(['active'])
    const plain = createRevocation({ store: memoryStore(), maxTokenLifetime: '1h', allowlist: { sessions: list } })
    await expect(plain.check(claims)).resolves.toMatchObject({ reason: 'not_listed' })
    await expect(revocation.check({ ...claims, sub: 'bob' })).resolves.toMatchObject({ reason: 'not_listed' })
  })
})
