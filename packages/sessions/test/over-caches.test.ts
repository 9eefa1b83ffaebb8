import { createRevocation, type FollowableStore } from '@revoked/core'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { expect, onTestFinished, test } from 'vitest'
import { createSessions } from '../src/index.ts'
import { claimsOf } from './support/setup.ts'

const caches = [
  ['a layered store', (remote: FollowableStore) => layeredStore(remote)],
  ['a mirror', (remote: FollowableStore) => mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }) })],
] as const

test.each(caches)('over %s, a closed session is refused by another process at once', async (_, cacheOf) => {
  const remote = memoryStore()
  const store = memorySessions()
  const open = async () => {
    const cache = cacheOf(remote)
    onTestFinished(() => cache.close())
    await eventually(() => cache.status().state === 'live', 'the cache is live')
    const revocation = createRevocation({ store: cache, maxTokenLifetime: '1h' })
    return { revocation, sessions: createSessions({ store, revocation, idleTimeout: '30m', absoluteLifetime: '30d' }) }
  }
  const [near, far] = [await open(), await open()]
  const [one, two] = [await near.sessions.open({ subject: 'ada' }), await far.sessions.open({ subject: 'ada' })]
  const claims = [one, two].map((session) => claimsOf(session, Date.now()))
  const verdicts = async () => {
    const both = [near, far].flatMap(({ revocation }) => claims.map((token) => revocation.check(token)))
    return (await Promise.all(both)).map(({ status }) => status)
  }
  expect(await verdicts()).toEqual(['active', 'active', 'active', 'active'])
  await near.sessions.close('ada', one.id)
  expect(await verdicts()).toEqual(['revoked', 'active', 'revoked', 'active'])
  await near.sessions.closeAll('ada')
  expect(await verdicts()).toEqual(['revoked', 'revoked', 'revoked', 'revoked'])
})
