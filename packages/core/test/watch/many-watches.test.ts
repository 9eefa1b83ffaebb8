import { createRevocation, type RevocationOptions, type Watch } from '@revoked/core'
import { describe, expect, test, vi } from 'vitest'
import { someClaims, startMs } from '../support/claims.ts'
import { type FollowableStoreOptions, followableStore } from '../support/followable-store.ts'
import { pass, useVirtualTime } from '../support/virtual-time.ts'

const many = 10_000
const timeout = 30_000

useVirtualTime()

function open(storeOptions: FollowableStoreOptions = {}, options: Partial<RevocationOptions> = {}) {
  const store = followableStore(storeOptions)
  return { store, revocation: createRevocation({ store, maxTokenLifetime: '24h', ...options }) }
}

function claimsOf(user: number) {
  return someClaims({ sub: `user-${user}`, sid: `session-${user}`, jti: `token-${user}` })
}

function endedOf(watches: readonly Watch[]): readonly unknown[] {
  return watches.flatMap(({ signal }, user) => (signal.aborted ? [[user, signal.reason.code]] : []))
}

describe('one follower of the log', () => {
  test('is shared by all watches, and closed after the last of them', async () => {
    const { store, revocation } = open({ logs: 3 })
    expect(store.subscriptions()).toBe(0)
    const watches = Array.from({ length: 100 }, (_, user) => revocation.watch(claimsOf(user)))
    await pass(1_000)
    expect(store.subscriptions()).toBe(3)
    const before = store.reads()
    await pass(10_000)
    expect(store.reads() - before).toBeLessThanOrEqual(3 * 25)
    for (const watch of watches.slice(1)) watch.close()
    await pass(10_000)
    expect(store.subscriptions()).toBe(3)
    watches[0]?.close()
    await pass(2_500)
    expect(store.subscriptions()).toBe(0)
    const last = store.reads()
    await pass(60_000)
    expect(store.reads()).toBe(last)
  })

  test('is kept for as long as the bound, because connections are opened again', async () => {
    const { store, revocation } = open()
    for (let connection = 0; connection < 20; connection++) {
      revocation.watch(claimsOf(connection)).close()
      await pass(1_500)
    }
    expect(store.reads()).toBeLessThan(20 * 5)
    expect(store.subscriptions()).toBe(1)
  })

  test('is opened again by a watch after it was closed', async () => {
    const { store, revocation } = open()
    revocation.watch(claimsOf(1)).close()
    await pass(60_000)
    expect(store.subscriptions()).toBe(0)
    const watch = revocation.watch(claimsOf(1))
    await pass(60_000)
    await revocation.revoke({ subject: 'user-1' })
    await pass(0)
    expect(watch.signal.reason).toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })
})

describe('after entries were missed', () => {
  test('all tokens are looked up again, in few calls, one at a time, within the bound', { timeout }, async () => {
    let inFlight = 0
    let most = 0
    const plain = followableStore()
    const find: typeof plain.find = async (keys) => {
      most = Math.max(most, ++inFlight)
      await new Promise((resolve) => setTimeout(resolve, 2))
      inFlight--
      return await plain.find(keys)
    }
    const { store, revocation } = open({ methods: { find } })
    const watches = Array.from({ length: many }, (_, user) => revocation.watch(claimsOf(user)))
    await pass(5_000)
    plain.asked.length = 0
    const mark = { cutoff: startMs, expiresAt: startMs + 900_000 }
    const revoked = [7, many - 1].map((user) => ({ key: { scope: 'sub', value: `user-${user}` }, mark }))
    await plain.record(revoked)
    await store.restart()
    await pass(2_000)
    expect(endedOf(watches)).toEqual([
      [7, 'ERR_TOKEN_REVOKED'],
      [many - 1, 'ERR_TOKEN_REVOKED'],
    ])
    expect(most).toBe(1)
    expect(plain.asked.length).toBeLessThanOrEqual(Math.ceil(many / 128) + 1)
    expect(plain.asked[0]?.filter(({ scope }) => scope === 'all')).toHaveLength(1)
    await pass(60_000)
    expect(endedOf(watches)).toHaveLength(2)
  })

  test('the lookups are spread over time', async () => {
    const { store, revocation } = open()
    const watches = Array.from({ length: 20 * 128 }, (_, user) => revocation.watch(claimsOf(user)))
    await pass(5_000)
    store.asked.length = 0
    await store.restart()
    while (store.asked.length === 0) await pass(1)
    await pass(200)
    expect(store.asked.length).toBeLessThan(10)
    await pass(1_800)
    expect(store.asked).toHaveLength(20)
    expect(endedOf(watches)).toEqual([])
  })

  test('a token that is revoked during its lookup is refused', async () => {
    const { store, revocation } = open()
    const watch = revocation.watch(claimsOf(1))
    await pass(1_000)
    await store.restart()
    store.faults.finds = new Error('down')
    await pass(600)
    await revocation.revoke({ subject: 'user-1' })
    await pass(0)
    expect(watch.signal.reason).toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  test('a lookup that was sent before does not count', async () => {
    const answers: (() => void)[] = []
    const plain = followableStore()
    const find: typeof plain.find = async (keys) => {
      const found = await plain.find(keys)
      await new Promise<void>((resolve) => answers.push(resolve))
      return found
    }
    const { store, revocation } = open({ methods: { find } })
    const watch = revocation.watch(claimsOf(1))
    await pass(100)
    expect(answers).toHaveLength(1)
    await plain.record([
      { key: { scope: 'sub', value: 'user-1' }, mark: { cutoff: startMs, expiresAt: startMs + 900_000 } },
    ])
    await store.restart()
    await pass(600)
    answers[0]?.()
    await pass(700)
    answers[1]?.()
    await pass(0)
    expect(watch.signal.reason).toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  test('a token that cannot be looked up within the bound ends as unavailable', async () => {
    const { store, revocation } = open()
    const watch = revocation.watch(claimsOf(1))
    await pass(1_000)
    store.faults.finds = new Error('down')
    await store.restart()
    await pass(3_000)
    expect(watch.signal.reason).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', cause: store.faults.finds })
  })
})

describe('many watches that end at once end in groups', () => {
  test.each<[string, string, (opened: ReturnType<typeof open>) => unknown]>([
    ['revoked', 'ERR_TOKEN_REVOKED', ({ revocation }) => revocation.revoke({ everything: true })],
    ['expired', 'ERR_TOKEN_EXPIRED', () => void vi.setSystemTime(startMs + 86_400_000)],
    [
      'unconfirmed',
      'ERR_REVOCATION_UNAVAILABLE',
      ({ store }) => {
        store.faults.reads = new Error('down')
      },
    ],
  ])('if all are %s', async (_, code, endAll) => {
    const opened = open()
    const watches = Array.from({ length: 1_000 }, (_, user) => opened.revocation.watch(claimsOf(user)))
    await pass(1_000)
    let endedAtOnce = 0
    let most = 0
    const count = (): void => {
      if (endedAtOnce++ === 0)
        queueMicrotask(() => {
          endedAtOnce = 0
        })
      most = Math.max(most, endedAtOnce)
    }
    for (const { signal } of watches) signal.addEventListener('abort', count)
    await endAll(opened)
    await pass(4_000)
    expect(endedOf(watches)).toEqual(watches.map((_, user) => [user, code]))
    expect(most).toBeLessThanOrEqual(250)
  })
})
