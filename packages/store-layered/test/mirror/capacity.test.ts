import type { KeyedMark } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { live, localValues, mirror } from '../support/mirrors.ts'
import { alice, broken, marked, patchable } from '../support/remotes.ts'

describe('too many marks', () => {
  const ids = (count: number): KeyedMark[] =>
    Array.from({ length: count }, (_, id) => marked({ scope: 'sub', value: String(id) }))

  test('end the mirroring while it scans, and the remote is asked', async () => {
    const { remote, store: behind } = patchable()
    await behind.record(ids(11))
    const store = mirror(remote, { maxMarks: 10 })
    await eventually(() => store.status().state === 'overflowed', 'the mirror has overflowed')
    expect(store.status()).toMatchObject({ marks: 0, lastFailure: { code: 'ERR_STORE_FULL' } })
    expect(await store.find([{ scope: 'sub', value: '3' }])).toHaveLength(1)
  })

  test('end the mirroring while it is live', async () => {
    const { remote, store: behind } = patchable()
    await behind.record(ids(10))
    const store = await live(mirror(remote, { maxMarks: 10 }))
    await behind.record([marked(alice)])
    expect(store.status()).toMatchObject({ state: 'overflowed', marks: 0 })
    expect(localValues(store, [alice])).toBeUndefined()
  })

  test('end the mirroring if the local store refuses them', async () => {
    const { remote, store: behind } = patchable()
    const store = await live(mirror(remote, { local: () => memoryStore({ maxMarks: 10 }) }))
    await behind.record(ids(10))
    await behind.record([marked(alice)])
    expect(store.status()).toMatchObject({ state: 'overflowed', lastFailure: { code: 'ERR_STORE_FULL' } })
  })
})

test('begins again if the local store fails', async () => {
  const { remote, store: behind } = patchable()
  let isBroken = true
  const local = () => {
    const store = memoryStore()
    return { ...store, size: 0, record: isBroken ? broken : store.record }
  }
  const store = await live(mirror(remote, { local }))
  await behind.record([marked(alice)])
  await eventually(() => store.status().lastFailure !== undefined, 'the failure was noticed')
  isBroken = false
  await eventually(() => localValues(store, [alice])?.length === 1, 'the mirror has recovered')
})
