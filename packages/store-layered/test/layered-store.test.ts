import { createRevocation, type Key, type KeyedMark, PartialAnswerError } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { describe, expect, test } from 'vitest'
import { alice, bob, broken, marked, open, patchable } from './support/remotes.ts'

describe('reading', () => {
  test('answers synchronously with cached marks and absences', async () => {
    const { remote, store: behind } = patchable()
    const store = await open(remote)
    await behind.record([marked(alice)])
    expect(await store.find([alice, bob])).toHaveLength(1)
    const found = store.find([alice, bob])
    expect(Array.isArray(found) && found.map(({ key }) => key)).toEqual([alice])
  })

  test('finds a mark that arrives during the read, and caches no absence', async () => {
    const { remote, store: behind, patch } = patchable()
    const store = await open(remote)
    patch.find = async () => {
      await behind.record([marked(alice)])
      return []
    }
    expect(await store.find([alice])).toHaveLength(1)
    patch.find = broken
    await expect(store.find([alice])).rejects.toMatchObject({ known: [{ key: alice }] })
  })

  test('asks the remote once if a mark arrives for a key that is not cached', async () => {
    const { remote, store: behind } = patchable()
    const store = await open(remote)
    await store.find([alice])
    await behind.record([marked(alice), marked(bob)])
    expect(store.find([alice])).toMatchObject([{ key: alice }])
    const asked = store.find([bob])
    expect(asked).toBeInstanceOf(Promise)
    expect(await asked).toMatchObject([{ key: bob }])
    expect(store.find([bob])).toMatchObject([{ key: bob }])
  })

  test('asks again if the key is reinstated during the read', async () => {
    const { remote, store: behind, patch } = patchable()
    const store = await open(remote)
    await behind.record([marked(bob)])
    const stale = [marked(bob)]
    // Another instance has forgotten the key, so its entry is dropped, but the read began before.
    await behind.forget([bob])
    await behind.record([marked(bob, 2)])
    await behind.forget([bob])
    let reads = 0
    patch.find = async () => {
      if (++reads > 1) return []
      await behind.record([marked(bob, 3)])
      await behind.forget([bob])
      return stale
    }
    expect(await store.find([bob])).toEqual([])
    expect(reads).toBe(2)
  })

  test('joins a read in flight unless a change has made it out of date', async () => {
    const { remote, store: behind, patch } = patchable()
    const store = await open(remote)
    const answers: ((found: readonly KeyedMark[]) => void)[] = []
    patch.find = () => new Promise((resolve) => void answers.push(resolve))
    const first = store.find([alice])
    const second = store.find([alice])
    await expect.poll(() => answers.length).toBe(1)
    await behind.record([marked(alice)])
    await behind.forget([alice])
    const third = store.find([alice])
    await expect.poll(() => answers.length).toBe(2)
    for (const answer of answers) answer([])
    await expect.poll(() => answers.length).toBeGreaterThanOrEqual(2)
    patch.find = async () => []
    for (const answer of answers) answer([])
    expect(await Promise.all([first, second, third])).toEqual([[], [], []])
  })

  test('asks for keys that become unknown while others are read', async () => {
    const { remote, store: behind, patch } = patchable()
    const store = await open(remote)
    await store.find([alice])
    const asked: Key[][] = []
    patch.find = async (keys) => {
      asked.push([...keys])
      if (asked.length === 1) {
        await behind.record([marked(alice)])
        await behind.forget([alice])
      }
      return []
    }
    expect(await store.find([alice, bob])).toEqual([])
    expect(asked).toEqual([[bob], [alice]])
  })

  test('holds no more than maxEntries of a scope', async () => {
    const store = await open(memoryStore(), { maxEntries: 5 })
    for (let id = 0; id < 50; id++) await store.find([{ scope: 'jti', value: String(id) }])
    expect(store.status().entries).toEqual({ jti: 5 })
  })
})

describe('a remote that fails', () => {
  test('leads to a rejection with the known marks, so core refuses their tokens', async () => {
    const { remote, patch } = patchable()
    const store = await open(remote)
    const revocation = createRevocation({ store, maxTokenLifetime: '1h', failPolicy: 'open' })
    const iat = Math.floor(Date.now() / 1_000) - 10
    await revocation.revoke({ subject: 'alice' })
    await store.close()
    patch.find = broken
    expect(await revocation.check({ sub: 'alice', jti: 'a', iat, exp: iat + 900 })).toMatchObject({ status: 'revoked' })
    expect(await revocation.check({ sub: 'bob', jti: 'b', iat, exp: iat + 900 })).toMatchObject({
      status: 'unavailable',
    })
    await expect(store.find([alice, bob])).rejects.toBeInstanceOf(PartialAnswerError)
    await expect(store.find([alice, bob])).rejects.toMatchObject({ known: [{ key: alice }] })
    await expect(store.find([bob])).rejects.toThrow('The remote is down.')
  })

  test('leads to a rejection after the timeout if it hangs', async () => {
    const { remote, patch } = patchable()
    const store = await open(remote, { timeout: '30ms' })
    patch.find = () => new Promise(() => undefined)
    await expect(store.find([alice])).rejects.toThrow('within 30 ms')
  })
})

describe('writing', () => {
  test('serves nothing locally for the key while the mark is written', async () => {
    const { remote, patch } = patchable()
    const store = await open(remote)
    await store.find([alice])
    patch.record = () => new Promise(() => undefined)
    store.record([marked(alice)]).catch(() => undefined)
    expect(Array.isArray(store.find([alice]))).toBe(false)
  })

  test('keeps a provisional mark and rejects if the record failed', async () => {
    const { remote, patch } = patchable()
    const store = await open(remote)
    patch.record = broken
    patch.find = broken
    await expect(store.record([marked(alice)])).rejects.toThrow('down')
    await expect(store.find([alice])).rejects.toMatchObject({ known: [{ key: alice }] })
  })

  test('finds its own mark although the log delivers an older one afterwards', async () => {
    const { remote, store: behind, patch } = patchable()
    const late: (() => void)[] = []
    patch.subscribe = (log, listener) =>
      behind.subscribe(log, {
        entries: (entries) => late.push(() => listener.entries(entries)),
        wake: () => listener.wake(),
      })
    const store = await open(remote, { maxStaleness: '1m' })
    await behind.record([marked(alice, 1)])
    await store.record([marked(alice, 2)])
    late[0]?.()
    expect((await store.find([alice]))[0]?.mark.cutoff).toBe(2)
  })

  test('forgets', async () => {
    const store = await open(memoryStore())
    await store.record([marked(alice)])
    await store.forget([alice])
    expect(await store.find([alice])).toEqual([])
  })
})

describe('reporting', () => {
  test('returns its state, its share of local answers and its entries', async () => {
    const store = await open(memoryStore())
    expect(store.status()).toMatchObject({ state: 'live', localShare: undefined, gaps: 0, resets: 0 })
    await store.find([alice])
    await store.find([alice])
    expect(store.status()).toMatchObject({ localShare: 0.5, remoteKeys: 1, entries: { sub: 1 } })
    expect(store.status().sinceConfirmedMs).toBeGreaterThanOrEqual(0)
  })
})
