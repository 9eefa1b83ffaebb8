import { createRevocation, type FollowableStore, type Watch } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type LayeredStore, layeredStore, type MirroredStore, mirroredStore } from '../src/index.ts'
import { broken, patchable } from './support/remotes.ts'

type Cache = LayeredStore | MirroredStore

const maxStaleness = '400ms'
const caches: readonly (readonly [string, (remote: FollowableStore) => Cache])[] = [
  ['a layered store', (remote) => layeredStore(remote, { maxStaleness })],
  ['a mirrored store', (remote) => mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }), maxStaleness })],
]

const iat = Math.floor(Date.now() / 1_000) - 60
const claimsOf = (sub: string) => ({ sub, jti: `token of ${sub}`, iat, exp: iat + 600 })

describe.each(caches)('a watch over %s', (_, cacheOf) => {
  async function open() {
    const opened = patchable()
    let subscriptions = 0
    opened.patch.subscribe = (log, listener) => {
      subscriptions++
      return opened.store.subscribe(log, listener)
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
    return { ...opened, store, near, far, watch, subscriptions: () => subscriptions }
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
