import type { FollowableStore, Key, KeyedMark, LogListener, LogPosition, SharedSettings } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { expect, onTestFinished, test } from 'vitest'
import { type LocalStore, layeredStore, mirroredStore } from '../src/index.ts'
import { alice, marked } from './support/remotes.ts'

/** A local store whose methods need their receiver. */
class ClassLocal implements LocalStore {
  protected readonly inner = memoryStore()
  get size() {
    return this.inner.size
  }
  find(keys: readonly Key[]) {
    return this.inner.find(keys)
  }
  record(marks: readonly KeyedMark[]) {
    return this.inner.record(marks)
  }
  forget(keys: readonly Key[]) {
    return this.inner.forget(keys)
  }
}

/** A remote whose methods need their receiver. */
class ClassRemote extends ClassLocal implements FollowableStore {
  readonly logs = 1
  agree(settings: SharedSettings) {
    return this.inner.agree(settings)
  }
  logOf(key: Key) {
    return this.inner.logOf(key)
  }
  logKey(key: Key) {
    return this.inner.logKey(key)
  }
  read(log: number, after?: LogPosition) {
    return this.inner.read(log, after)
  }
  subscribe(log: number, listener: LogListener) {
    return this.inner.subscribe(log, listener)
  }
  scan(log: number) {
    return this.inner.scan(log)
  }
}

test.each([
  ['layered', layeredStore],
  ['mirrored', (remote: FollowableStore) => mirroredStore(remote, { local: () => new ClassLocal() })],
])('a %s store works over instances of classes, and its methods need no receiver', async (_, open) => {
  const { record, find, forget, status, close } = open(new ClassRemote())
  onTestFinished(() => close())
  await eventually(() => status().state === 'live', 'the store is live')
  await record([marked(alice)])
  expect(await find([alice])).toMatchObject([{ key: alice }])
  await eventually(() => Array.isArray(find([alice])), 'the store answers locally')
  expect(find([alice])).toMatchObject([{ key: alice }])
  await forget([alice])
  expect(await find([alice])).toEqual([])
})
