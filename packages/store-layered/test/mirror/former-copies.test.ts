import type { FollowableStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { collectGarbage } from '@revoked/testing/collect-garbage'
import { expect, test } from 'vitest'
import { live, mirror } from '../support/mirrors.ts'
import { alice, marked, patchable } from '../support/remotes.ts'

/** Opens a mirror, and counts its local stores that are in memory, by their clocks. */
async function mirrorWithCount(remote: FollowableStore) {
  const opened: WeakRef<object>[] = []
  const local = () => {
    const now = () => Date.now()
    opened.push(new WeakRef(now))
    return memoryStore({ logLength: 1, now })
  }
  const store = await live(mirror(remote, { local }))
  const inMemory = (): number => {
    collectGarbage()
    return opened.filter((one) => one.deref() !== undefined).length
  }
  return { store, opened, inMemory }
}

async function filledRemote() {
  const parts = patchable()
  await parts.store.record([marked(alice)])
  return parts
}

test('copies that were replaced leave the memory, although their marks live on', async () => {
  const { remote, store: behind, patch } = await filledRemote()
  const { store, opened, inMemory } = await mirrorWithCount(remote)
  const { position } = await behind.read(0)
  for (let round = 1; round <= 3; round++) {
    patch.read = async () => ({ reset: true, position })
    await eventually(() => store.status().resets >= round, 'the log is reset')
    delete patch.read
    await live(store)
  }
  expect(opened.length).toBeGreaterThanOrEqual(4)
  expect(store.status().marks).toBe(1)
  await eventually(() => inMemory() <= 1, 'one copy is left')
})

test('the copy of a mirror that was closed leaves the memory', async () => {
  const { remote } = await filledRemote()
  const { store, inMemory } = await mirrorWithCount(remote)
  await store.close()
  // The store that was opened in advance is left.
  await eventually(() => inMemory() <= 1, 'the copy is gone')
})
