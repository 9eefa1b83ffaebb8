import { createRevocation, type FollowableStore, type Revocation, type Watch } from '@revoked/core'
import { createFamilies } from '@revoked/core/families'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { eventually, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type LayeredStore, layeredStore, type MirroredStore, mirroredStore } from '../src/index.ts'
import { broken, patchable, silent } from './support/remotes.ts'

type Cache = LayeredStore | MirroredStore

const maxStaleness = '400ms'
const caches: readonly (readonly [string, (remote: FollowableStore) => Cache])[] = [
  ['a layered store', (remote) => layeredStore(remote, { maxStaleness })],
  ['a mirrored store', (remote) => mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }), maxStaleness })],
]

const iat = Math.floor(Date.now() / 1_000) - 60
const claimsOf = (sub: string) => ({ sub, sid: `session of ${sub}`, jti: `token of ${sub}`, iat, exp: iat + 600 })

describe.each(caches)('a watch over %s', (_, cacheOf) => {
  /** Opens a cache that receives pushes, unless others are to be used. */
  async function open(pushes?: FollowableStore['subscribe']) {
    const opened = patchable()
    let subscriptions = 0
    opened.patch.subscribe = (log, listener) => {
      subscriptions++
      return (pushes ?? opened.store.subscribe)(log, listener)
    }
    const store = cacheOf(opened.remote)
    onTestFinished(() => store.close())
    await eventually(() => store.status().state === 'live', 'the cache is live')
    const near = createRevocation({ store, maxTokenLifetime: '1h' })
    const far = createRevocation({ store: opened.remote, maxTokenLifetime: '1h' })
    const watch = (sub: string): Watch => {
      const watched = near.watch(claimsOf(sub))
      onTestFinished(watched.close)
      return watched
    }
    return { patch: opened.patch, behind: opened.store, near, far, watch, subscriptions: () => subscriptions }
  }

  async function codeOf({ signal }: Watch): Promise<unknown> {
    await eventually(() => signal.aborted, 'the signal aborts', 2_000)
    return signal.reason.code
  }

  test('aborts when the token is revoked, here and elsewhere, and shares the subscription', async () => {
    const { near, far, watch, subscriptions } = await open()
    const [ada, ben, cora] = [watch('ada'), watch('ben'), watch('cora')]
    await near.revoke({ subject: 'ada' })
    await far.revoke({ subject: 'ben' })
    expect(await Promise.all([ada, ben].map(codeOf))).toEqual(['ERR_TOKEN_REVOKED', 'ERR_TOKEN_REVOKED'])
    expect(cora.signal.aborted).toBe(false)
    expect(subscriptions()).toBe(1)
  })

  test('aborts if the cache knew the token as active before it was revoked', async () => {
    const { near, far, watch } = await open()
    expect(await near.check(claimsOf('ada'))).toMatchObject({ status: 'active' })
    await far.revoke({ subject: 'ada' })
    expect(await codeOf(watch('ada'))).toBe('ERR_TOKEN_REVOKED')
  })

  test('aborts after the bound of the cache if the log cannot be read', async () => {
    const { patch, near, watch } = await open()
    const ada = watch('ada')
    await eventually(async () => (await near.check(claimsOf('ada'))).allowed, 'the token is active')
    patch.read = broken
    expect(await codeOf(ada)).toBe('ERR_REVOCATION_UNAVAILABLE')
  })

  test('aborts without pushes, and if the log does not reach back', async () => {
    const { behind, patch, far, watch } = await open(silent)
    const [ada, ben, cora] = [watch('ada'), watch('ben'), watch('cora')]
    await far.revoke({ subject: 'ada' })
    expect(await codeOf(ada)).toBe('ERR_TOKEN_REVOKED')
    // No answer contains the entry of this revocation.
    patch.read = async () => ({ reset: true, position: (await behind.read(0)).position })
    await far.revoke({ subject: 'ben' })
    expect(await codeOf(ben)).toBe('ERR_TOKEN_REVOKED')
    expect(cora.signal.aborted).toBe(false)
  })

  test('does not abort when a refresh token of the session is used', async () => {
    const { far, watch } = await open()
    const ada = watch('ada')
    await createFamilies(far).spend('session of ada', { generation: 1, tokenId: 'a' })
    await far.revoke({ subject: 'ada' })
    await codeOf(ada)
    expect(ada.signal.reason).toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sub' })
  })

  test('aborts if ids are hashed, and are unique per issuer', async () => {
    const server = await startRedis()
    onTestFinished(() => server.stop())
    const client = new Redis({ port: server.port })
    onTestFinished(() => client.disconnect())
    const remote = redisStore(client, { partitions: 3, hashIds: true })
    const store = cacheOf(remote)
    onTestFinished(() => store.close())
    const [near, far] = [store, remote].map((over) =>
      createRevocation({ store: over, maxTokenLifetime: '1h', issuer: '*' }),
    ) as [Revocation, Revocation]
    const [ada, ben] = ['ada', 'ben'].map((sub) => near.watch({ ...claimsOf(sub), iss: 'login' })) as [Watch, Watch]
    onTestFinished(ben.close)
    await far.revoke({ subject: 'ben', issuer: 'another' })
    await far.revoke({ subject: 'ada', issuer: 'login' })
    expect(await codeOf(ada)).toBe('ERR_TOKEN_REVOKED')
    expect(ben.signal.aborted).toBe(false)
  })

  test.each([
    ['closed', undefined],
    ['open', undefined],
    ['open', 'ada'],
  ] as const)('aborts at once if the store was closed, policy %s, another token: %s', async (failPolicy, another) => {
    const { remote } = patchable()
    const store = cacheOf(remote)
    const revocation = createRevocation({ store, maxTokenLifetime: '1h', failPolicy })
    if (another !== undefined) onTestFinished(revocation.watch(claimsOf(another)).close)
    await store.close()
    expect(store.status().state).toBe('closed')
    const { signal, close } = revocation.watch(claimsOf('ben'))
    onTestFinished(close)
    expect(signal.aborted).toBe(false)
    await Promise.resolve()
    expect(signal.reason).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', status: 503 })
    expect(signal.reason.message).toContain('The store was closed')
  })

  test('refuses a bound of its own', async () => {
    const { near } = await open()
    expect(() => near.watch(claimsOf('ada'), { maxStaleness: '1s' })).toThrow('maxStaleness of watch must be left out')
  })
})

test('a store with idleAfter refuses a watch', () => {
  const store = layeredStore(memoryStore(), { idleAfter: '1s' })
  onTestFinished(() => store.close())
  const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
  expect(() => revocation.watch(claimsOf('ada'))).toThrow(/idleAfter excludes watch/)
})
