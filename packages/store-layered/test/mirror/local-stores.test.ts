import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type LocalStore, mirroredStore } from '../../src/index.ts'
import { live, mirror } from '../support/mirrors.ts'
import { marked, partitioned, patchable } from '../support/remotes.ts'

const key = { scope: 'sub', value: 'alice' }

/** Returns a memory store with a mark. */
function filled(): LocalStore {
  const store = memoryStore()
  void store.record([marked(key)])
  return store
}

describe('an option local that does not return a new, empty store is refused:', () => {
  const remote = memoryStore()
  const shared = memoryStore()
  test.each<[string, () => unknown, string]>([
    ['nothing', () => {}, 'It returned no store.'],
    ['an object', () => ({}), 'It returned no store.'],
    ['a Map', () => new Map(), 'It returned no store.'],
    ['a store without a size', () => ({ ...memoryStore(), size: undefined }), 'It returned no store.'],
    ['a promise', async () => memoryStore(), 'It returned a promise.'],
    ['a promise that rejects', () => Promise.reject(new Error('down')), 'It returned a promise.'],
    ['the remote', () => remote, 'It returned a store that is in use.'],
    ['the same store again', () => shared, 'It returned a store that is in use.'],
  ])('%s', (_, local, what) => {
    const open = () => mirroredStore(remote, { local: local as () => LocalStore })
    expect(open).toThrow(TypeError)
    expect(open).toThrow('local must return a new, empty store at each call, such as () => memoryStore(')
    expect(open).toThrow(what)
  })

  test('one store for two logs', () => {
    const { remote } = partitioned()
    expect(() => mirroredStore(remote, { local: () => shared })).toThrow('a store that is in use')
  })

  test('a store with marks, which the status reports', async () => {
    const store = mirroredStore(memoryStore(), { local: filled })
    onTestFinished(() => store.close())
    await eventually(() => store.status().lastFailure, 'the scan fails')
    expect(store.status()).toMatchObject({ state: 'scanning', lastFailure: { name: 'TypeError' } })
    expect(store.status().lastFailure?.message).toContain('It returned a store of size 1.')
    expect(store.status().lastFailureAt).toBeGreaterThan(Date.now() - 60_000)
  })
})

test('a store is opened for each log and for each scan', async () => {
  const { remote, store: behind, patch } = patchable()
  const opened: LocalStore[] = []
  const local = () => {
    const store = memoryStore()
    opened.push(store)
    return store
  }
  const store = await live(mirror(remote, { local }))
  expect(opened).toHaveLength(2)
  const { position } = await behind.read(0)
  patch.read = async () => ({ reset: true, position })
  await eventually(() => store.status().resets >= 2, 'the log is reset twice')
  delete patch.read
  await live(store)
  expect(opened.length).toBeGreaterThanOrEqual(3)
})
