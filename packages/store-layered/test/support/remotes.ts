import type { FollowableStore, Key, KeyedMark, LogSubscription } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { onTestFinished } from 'vitest'
import { type LayeredStore, type LayeredStoreOptions, layeredStore } from '../../src/index.ts'

/** A key for tests of a layered store. */
export const alice: Key = { scope: 'sub', value: 'alice' }
/** A second key. */
export const bob: Key = { scope: 'sub', value: 'bob' }
/** Returns a mark of the key. */
export const marked = (key: Key, cutoff = 1): KeyedMark => ({ key, mark: { cutoff, expiresAt: Date.now() + 60_000 } })
/** Rejects, as a remote that is down. */
export const broken = (): Promise<never> => Promise.reject(new Error('The remote is down.'))

/** Returns a memory store whose methods can be replaced while it is in use. */
export function patchable() {
  const store = memoryStore()
  const patch: Partial<FollowableStore> = {}
  const remote: FollowableStore = {
    logs: 1,
    logOf: store.logOf,
    find: (keys) => (patch.find ?? store.find)(keys),
    record: (marks) => (patch.record ?? store.record)(marks),
    forget: (keys) => (patch.forget ?? store.forget)(keys),
    agree: (settings) => (patch.agree ?? store.agree)(settings),
    read: (log, after) => (patch.read ?? store.read)(log, after),
    subscribe: (log, listener) => (patch.subscribe ?? store.subscribe)(log, listener),
    scan: (log) => (patch.scan ?? store.scan)(log),
    logKey: (key) => (patch.logKey ?? store.logKey)(key),
  }
  return { store, patch, remote }
}

/**
 * Opens a layered store over the remote, and waits until it is live. It is closed at the end of the
 * test.
 */
export async function open(remote: FollowableStore, options: LayeredStoreOptions = {}): Promise<LayeredStore> {
  const store = layeredStore(remote, options)
  onTestFinished(() => store.close())
  await eventually(() => store.status().state === 'live', 'the store is live')
  return store
}

/** Returns two memory stores as the two logs of one. Reads of the second one can fail. */
export function partitioned() {
  const parts = [memoryStore(), memoryStore()] as const
  const logOf = ({ value }: Key): 0 | 1 => (value === 'bob' ? 1 : 0)
  let isCutOff = false
  const remote: FollowableStore = {
    logs: 2,
    logOf,
    find: async (keys) => (await Promise.all(keys.map((key) => parts[logOf(key)].find([key])))).flat(),
    record: async (marks) => (await Promise.all(marks.map((keyed) => parts[logOf(keyed.key)].record([keyed])))).flat(),
    forget: async (keys) => void (await Promise.all(keys.map((key) => parts[logOf(key)].forget([key])))),
    agree: parts[0].agree,
    logKey: (key) => key,
    read: (log, after) => (log === 1 && isCutOff ? broken() : parts[log === 1 ? 1 : 0].read(0, after)),
    subscribe: (log, listener) => parts[log === 1 ? 1 : 0].subscribe(0, listener),
    scan: (log) => parts[log === 1 ? 1 : 0].scan(0),
  }
  return {
    remote,
    cutOff: () => {
      isCutOff = true
    },
  }
}

/** Returns a subscription without pushes. */
export function silent(): LogSubscription {
  return {
    restart: () => undefined,
    close: () => undefined,
    status: () => ({ isOpen: false, lastFailure: undefined, ignoredMessages: 0 }),
  }
}
