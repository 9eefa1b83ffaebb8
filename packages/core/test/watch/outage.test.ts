import {
  createRevocation,
  type FailDecision,
  type FollowableStore,
  PartialAnswerError,
  type RevocationOptions,
} from '@revoked/core'
import { describe, expect, test, vi } from 'vitest'
import { hanging } from '../support/broken-stores.ts'
import { someClaims, startMs } from '../support/claims.ts'
import { type FollowableStoreOptions, followableStore } from '../support/followable-store.ts'
import { block, pass, useVirtualTime } from '../support/virtual-time.ts'
import { codeOf } from '../support/watching.ts'

useVirtualTime()

const down = new Error('down')
/** A token of a week: some tests last for hours. */
const claims = someClaims({ exp: startMs / 1_000 + 600_000 })

async function open(options: Partial<RevocationOptions> = {}, storeOptions: FollowableStoreOptions = {}) {
  const store = followableStore(storeOptions)
  const all: RevocationOptions = { store, maxTokenLifetime: '30d', ...options }
  const revocation = createRevocation(all)
  const watch = revocation.watch(claims)
  await pass(1_000)
  return { store, revocation, watch, another: createRevocation(all) }
}

describe('if the log cannot be read', () => {
  test('the signal aborts after the bound, and not before', async () => {
    const { store, watch } = await open()
    store.faults.reads = down
    await pass(1_400)
    expect(watch.signal.aborted).toBe(false)
    await pass(1_000)
    expect(watch.signal.reason).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', status: 503, cause: down })
  })

  test('the bound is that of the watch', async () => {
    const { store, revocation, watch } = await open()
    const patient = revocation.watch(claims, { maxStaleness: '10s' })
    await pass(5_000)
    store.faults.reads = down
    await pass(2_500)
    expect([watch, patient].map(codeOf)).toEqual(['ERR_REVOCATION_UNAVAILABLE', undefined])
    await pass(9_000)
    expect(codeOf(patient)).toBe('ERR_REVOCATION_UNAVAILABLE')
  })

  test('the signal does not abort if it can be read again within the bound', async () => {
    const { store, watch } = await open()
    for (let outage = 0; outage < 20; outage++) {
      store.faults.reads = down
      await pass(900)
      store.faults.reads = undefined
      await pass(600)
    }
    expect(watch.signal.aborted).toBe(false)
  })

  test('a watch that begins then ends with the others', async () => {
    const { store, revocation, watch } = await open()
    store.faults.reads = down
    await pass(1_400)
    const late = revocation.watch(claims)
    await pass(1_000)
    expect([watch, late].map(codeOf)).toEqual(['ERR_REVOCATION_UNAVAILABLE', 'ERR_REVOCATION_UNAVAILABLE'])
  })

  test('a policy that is open keeps the connection, and it ends when the revocation is read', async () => {
    const { store, watch, another } = await open({ failPolicy: 'open' })
    store.faults.reads = down
    store.faults.pushes = 'lost'
    await pass(600_000)
    await another.revoke({ subject: 'alice' })
    await pass(600_000)
    expect(watch.signal.aborted).toBe(false)
    store.faults.reads = undefined
    await pass(1_000)
    expect(codeOf(watch)).toBe('ERR_TOKEN_REVOKED')
  })

  test('a policy of the watch applies instead of that of the revocation', async () => {
    const { store, revocation, watch } = await open({ failPolicy: 'open' })
    const closed = revocation.watch(claims, { failPolicy: 'closed' })
    store.faults.reads = down
    await pass(3_000)
    expect([watch, closed].map(codeOf)).toEqual([undefined, 'ERR_REVOCATION_UNAVAILABLE'])
  })

  test.each([[undefined], [[null]]])('a partial answer that cannot be read (%j) is an outage', async (known) => {
    const failure = Object.assign(new Error('partly down'), { code: 'ERR_PARTIAL_ANSWER', known })
    const { store, watch } = await open({}, { methods: { find: () => Promise.reject(failure) } })
    store.faults.reads = down
    await pass(3_000)
    expect(codeOf(watch)).toBe('ERR_REVOCATION_UNAVAILABLE')
  })

  test('a policy is asked once per outage, with the error and the claims', async () => {
    let decision: FailDecision = 'open'
    const failPolicy = vi.fn(() => decision)
    const { store, watch } = await open({ failPolicy })
    for (let outage = 1; outage <= 3; outage++) {
      store.faults.reads = down
      await pass(60_000)
      expect(failPolicy).toHaveBeenCalledTimes(outage)
      store.faults.reads = undefined
      await pass(10_000)
    }
    expect(failPolicy).toHaveBeenLastCalledWith(expect.objectContaining({ cause: down }), claims)
    decision = 'closed'
    store.faults.reads = down
    await pass(3_000)
    expect(codeOf(watch)).toBe('ERR_REVOCATION_UNAVAILABLE')
  })

  test('a signal that is open during the outage aborts when the token expires', async () => {
    const { store, watch } = await open({ failPolicy: 'open' })
    store.faults.reads = down
    await pass(10_000)
    vi.setSystemTime(startMs + 601_000_000)
    await pass(500)
    expect(codeOf(watch)).toBe('ERR_TOKEN_EXPIRED')
  })

  test('only the watches of that log end', async () => {
    // The store has two logs, and that of tenants does not answer.
    const plain = followableStore({ logs: 2 })
    const store: FollowableStore = {
      ...plain,
      logOf: ({ scope }) => (scope === 'tenant' ? 0 : 1),
      read: (log, after) => (log === 0 ? hanging() : plain.read(log, after)),
    }
    const revocation = createRevocation({ store, maxTokenLifetime: '30d', claims: ['tenant'] })
    const watches = [revocation.watch(claims), revocation.watch(someClaims({ tenant: 'acme' }))]
    await pass(1_000)
    expect(watches.map(codeOf)).toEqual([undefined, undefined])
    await pass(9_000)
    expect(watches.map(codeOf)).toEqual([undefined, 'ERR_REVOCATION_UNAVAILABLE'])
  })
})

describe('if the store cannot be asked when the watch begins', () => {
  test.each<[string, object, string]>([
    ['find rejects', { find: () => Promise.reject(down) }, 'down'],
    [
      'find throws',
      {
        find: () => {
          throw down
        },
      },
      'down',
    ],
    ['find does not answer', { find: hanging }, 'No answer within 1000 ms.'],
    ['find answers no array', { find: async () => undefined }, 'The store did not answer with an array.'],
    ['agree rejects', { agree: () => Promise.reject(down) }, 'down'],
  ])('the signal aborts after the bound: %s', async (_, methods, message) => {
    const revocation = createRevocation({ store: followableStore({ methods }), maxTokenLifetime: '30d' })
    const watch = revocation.watch(claims)
    await pass(1_900)
    expect(watch.signal.aborted).toBe(false)
    await pass(500)
    expect(watch.signal.reason).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', cause: { message } })
  })

  test('the signal does not abort if it can be asked within the bound', async () => {
    const store = followableStore()
    store.faults.finds = down
    const revocation = createRevocation({ store, maxTokenLifetime: '30d' })
    const watch = revocation.watch(claims)
    await pass(1_800)
    store.faults.finds = undefined
    await pass(60_000)
    expect(watch.signal.aborted).toBe(false)
  })

  test('a token that a cache knows to be revoked is refused as revoked', async () => {
    const mark = { cutoff: startMs, expiresAt: startMs + 900_000 }
    const key = { scope: 'sub', value: 'alice' }
    const store = followableStore({ methods: { find: () => Promise.reject(new PartialAnswerError([{ key, mark }])) } })
    const revocation = createRevocation({ store, maxTokenLifetime: '30d' })
    const watches = [revocation.watch(claims), revocation.watch(someClaims({ sub: 'bob' }))]
    await pass(100)
    expect(watches.map(codeOf)).toEqual(['ERR_TOKEN_REVOKED', undefined])
    await pass(2_400)
    expect(watches.map(codeOf)).toEqual(['ERR_TOKEN_REVOKED', 'ERR_REVOCATION_UNAVAILABLE'])
  })

  test('a token whose lookup always fails does not hold up the others', async () => {
    const store = followableStore()
    const find: typeof store.find = (keys) =>
      keys.some(({ value }) => value === 'poison') ? Promise.reject(down) : store.find(keys)
    const revocation = createRevocation({ store: { ...store, find }, maxTokenLifetime: '30d' })
    const subjects = ['poison', 'a', 'b', 'c', 'd', 'e', 'f', 'g']
    const watches = subjects.map((sub) => revocation.watch(someClaims({ sub })))
    await pass(10_000)
    expect(watches.map(codeOf)).toEqual(['ERR_REVOCATION_UNAVAILABLE', ...Array(7).fill(undefined)])
  })
})

describe('if the event loop was blocked', () => {
  test('the signal does not abort before the log could be read again', async () => {
    const { watch, another } = await open()
    for (const ms of [600, 1_700, 2_500, 60_000, 3_600_000]) {
      block(ms)
      await pass(10_000)
      expect(watch.signal.aborted).toBe(false)
    }
    await another.revoke({ subject: 'alice' })
    await pass(0)
    expect(codeOf(watch)).toBe('ERR_TOKEN_REVOKED')
  })

  test('the signal aborts if the log cannot be read within the bound after that', async () => {
    const { store, watch } = await open()
    store.faults.reads = down
    block(60_000)
    await pass(1_900)
    expect(watch.signal.aborted).toBe(false)
    await pass(600)
    expect(codeOf(watch)).toBe('ERR_REVOCATION_UNAVAILABLE')
  })

  test('the time is granted once, even if it is blocked again and again', async () => {
    const { store, watch } = await open()
    store.faults.reads = down
    for (let times = 0; times < 4; times++) {
      block(5_000)
      await pass(700)
    }
    expect(codeOf(watch)).toBe('ERR_REVOCATION_UNAVAILABLE')
  })

  test('the signal does not abort because the wall clock was set', async () => {
    const { watch } = await open()
    for (const ms of [3_600_000, -7_200_000]) {
      vi.setSystemTime(Date.now() + ms)
      await pass(10_000)
    }
    expect(watch.signal.aborted).toBe(false)
  })
})
