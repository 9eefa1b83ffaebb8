import { createRevocation, type Key, type LogListener, PartialAnswerError } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { live, localValues, mirror } from '../support/mirrors.ts'
import { alice, bob, broken, marked, patchable, silent } from '../support/remotes.ts'

const carol: Key = { scope: 'sub', value: 'carol' }

describe('a live mirror', () => {
  test('answers at once for keys that were never looked up', async () => {
    const { remote, store: behind, patch } = patchable()
    await behind.record([marked(alice)])
    const store = await live(mirror(remote))
    patch.find = broken
    expect(localValues(store, [alice, bob])).toEqual(['alice'])
    expect(store.status()).toMatchObject({ marks: 1, localShare: 1, remoteKeys: 0 })
  })

  test('answers with what is pushed', async () => {
    const { remote, store: behind } = patchable()
    const store = await live(mirror(remote))
    await behind.record([marked(alice)])
    expect(localValues(store, [alice])).toEqual(['alice'])
    await behind.forget([alice])
    expect(localValues(store, [alice])).toEqual([])
  })

  test('answers with what is read if nothing is pushed', async () => {
    const { remote, store: behind, patch } = patchable()
    patch.subscribe = silent
    const store = await live(mirror(remote))
    await behind.record([marked(alice)])
    await eventually(() => localValues(store, [alice])?.length === 1, 'the mark was read')
  })

  test('skips a mark that has expired before it arrives', async () => {
    const { remote, store: behind, patch } = patchable()
    let listener: LogListener | undefined
    patch.subscribe = (_, subscribed) => {
      listener = subscribed
      return silent()
    }
    const { position } = await behind.read(0)
    const store = await live(mirror(remote, { maxStaleness: '2s' }))
    const next = { ...position, sequence: position.sequence + 1, tip: 'next' }
    const mark = { cutoff: 1, expiresAt: Date.now() - 1 }
    listener?.entries([{ position: next, previousTip: position.tip, key: alice, mark }])
    await Promise.resolve()
    expect(store.status()).toMatchObject({ state: 'live', marks: 0, lastFailure: undefined, gaps: 0 })
  })

  test('does not answer if the log was not read for longer than maxStaleness', async () => {
    const { remote, store: behind, patch } = patchable()
    const store = await live(mirror(remote))
    patch.read = () => new Promise(() => undefined)
    await eventually(() => store.status().state === 'stale', 'the mirror is stale')
    await behind.record([marked(alice)])
    expect(localValues(store, [alice])).toBeUndefined()
    expect(await store.find([alice])).toHaveLength(1)
    delete patch.read
    await live(store)
    expect(localValues(store, [alice])).toEqual(['alice'])
    expect(store.status().resets).toBe(0)
  })

  test('drops nothing at a push that does not fit', async () => {
    const { remote, store: behind, patch } = patchable()
    let listener: LogListener | undefined
    patch.subscribe = (_, subscribed) => {
      listener = subscribed
      return silent()
    }
    await behind.record([marked(alice)])
    const store = await live(mirror(remote))
    patch.read = () => new Promise(() => undefined)
    const position = { epoch: 'another', sequence: 99, tip: '99' }
    listener?.entries([{ position, previousTip: '98', key: alice, mark: undefined }])
    expect(localValues(store, [alice])).toEqual(['alice'])
    expect(store.status().gaps).toBe(1)
  })
})

describe('a remote that fails', () => {
  test('leads to a rejection with the marks that were known last', async () => {
    const { remote, store: behind, patch } = patchable()
    const store = await live(mirror(remote))
    const revocation = createRevocation({ store, maxTokenLifetime: '1h', failPolicy: 'open' })
    const iat = Math.floor(Date.now() / 1_000) - 10
    await revocation.revoke({ subject: 'alice' })
    await eventually(() => localValues(store, [alice]) !== undefined, 'the log has delivered it')
    patch.read = broken
    patch.find = broken
    await eventually(() => store.status().state === 'stale', 'the mirror is stale')
    expect(await revocation.check({ sub: 'alice', jti: 'a', iat, exp: iat + 900 })).toMatchObject({ status: 'revoked' })
    await expect(store.find([alice, bob])).rejects.toBeInstanceOf(PartialAnswerError)
    await expect(store.find([alice, bob])).rejects.toMatchObject({ known: [{ key: alice }] })
    await expect(store.find([bob])).rejects.toThrow('The remote is down.')
    expect(behind.size).toBe(1)
  })

  test('leads to a rejection after the timeout if it hangs', async () => {
    const { remote, patch } = patchable()
    patch.read = broken
    patch.find = () => new Promise(() => undefined)
    await expect(mirror(remote, { timeout: '30ms' }).find([alice])).rejects.toThrow('within 30 ms')
  })
})

describe('a remote with hashed keys', () => {
  const hashed = ({ scope, value }: Key): Key => ({ scope, value: `hash of ${value}` })

  test('is mirrored under its keys, and answered under those of the caller', async () => {
    const { remote, store: behind, patch } = patchable()
    let hashes = 0
    patch.logKey = (key) => {
      hashes++
      return hashed(key)
    }
    await behind.record([marked(hashed(alice))])
    const store = await live(mirror(remote))
    expect(store.find([bob, alice])).toMatchObject([{ key: alice }])
    const before = hashes
    expect(store.find([bob, alice])).toMatchObject([{ key: alice }])
    expect(hashes).toBe(before)
  })
})

describe('several logs', () => {
  test('are scanned and followed', async () => {
    const parts = [memoryStore(), memoryStore(), memoryStore()]
    const part = (log: number) => parts[log] as ReturnType<typeof memoryStore>
    const logOf = ({ value }: Key): number => ['alice', 'bob', 'carol'].indexOf(value)
    await part(0).record([marked(alice)])
    const { remote } = patchable()
    let isCut = false
    const store = await live(
      mirror({
        ...remote,
        logs: 3,
        logOf,
        read: (log, after) => (isCut && log === 2 ? broken() : part(log).read(0, after)),
        scan: (log) => part(log).scan(0),
        subscribe: (log, listener) => part(log).subscribe(0, listener),
        find: async () => [marked(carol)],
      }),
    )
    await part(1).record([marked(bob)])
    expect(localValues(store, [alice, bob, carol])).toEqual(['alice', 'bob'])
    isCut = true
    await eventually(() => store.status().state === 'stale', 'one log is stale')
    expect(localValues(store, [alice, bob])).toEqual(['alice', 'bob'])
    expect(localValues(store, [alice, carol])).toBeUndefined()
  })
})

test('answers from the remote alone once it is closed, and reads no more', async () => {
  const { remote, store: behind, patch } = patchable()
  const store = await live(mirror(remote))
  let reads = 0
  patch.read = (log, after) => {
    reads++
    return behind.read(log, after)
  }
  await store.close()
  expect(store.status()).toMatchObject({ state: 'closed', marks: 0 })
  await behind.record([marked(alice)])
  expect(await store.find([alice])).toHaveLength(1)
  await eventually(() => performance.now() % 200 > 150, 'several reads would have been due')
  expect(reads).toBe(0)
})

test('refuses wrong options', () => {
  const { remote } = patchable()
  const local = () => memoryStore()
  expect(() => mirror(remote, { local: memoryStore() as never })).toThrow(TypeError)
  expect(() => mirror(remote, { local, maxMarks: 0 })).toThrow('maxMarks')
  expect(() => mirror(remote, { local, maxStaleness: '10ms' })).toThrow('maxStaleness')
  expect(() => mirror(remote, { local, maxEntries: 1 } as never)).toThrow('maxEntries')
  expect(() => mirror({} as never)).toThrow('The remote must be a store that can be followed')
})
