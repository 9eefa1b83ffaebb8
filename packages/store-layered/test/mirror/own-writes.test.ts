import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { live, localValues, mirror } from '../support/mirrors.ts'
import { alice, bob, broken, marked, patchable, silent } from '../support/remotes.ts'

describe('own writes', () => {
  test('are found at once, although the log has not delivered them', async () => {
    const { remote, patch } = patchable()
    patch.subscribe = silent
    const store = await live(mirror(remote, { maxStaleness: '1s' }))
    await store.record([marked(alice)])
    expect(await store.find([alice, bob])).toMatchObject([{ key: alice }])
    await store.forget([alice])
    expect(await store.find([alice])).toEqual([])
    expect(localValues(store, [bob])).toEqual([])
  })

  test('are answered locally after the next complete read', async () => {
    const { remote } = patchable()
    const store = await live(mirror(remote))
    await store.record([marked(alice)])
    await eventually(() => localValues(store, [alice])?.length === 1, 'the log was read')
  })

  test('are looked up on the remote while they are in flight', async () => {
    const { remote, patch } = patchable()
    const store = await live(mirror(remote))
    patch.record = () => new Promise(() => undefined)
    store.record([marked(alice)]).catch(() => undefined)
    const { sinceConfirmedMs = 0 } = store.status()
    await eventually(() => (store.status().sinceConfirmedMs ?? 0) < sinceConfirmedMs, 'the log was read')
    expect(localValues(store, [alice])).toBeUndefined()
  })

  test('refuse the token if the remote fails, and only until the log was read', async () => {
    const { remote, store: behind, patch } = patchable()
    const store = await live(mirror(remote))
    patch.record = broken
    patch.find = broken
    patch.read = broken
    await expect(store.record([marked(alice)])).rejects.toThrow('The remote is down.')
    await expect(store.find([alice])).rejects.toMatchObject({ known: [{ key: alice }] })
    delete patch.read
    await eventually(() => localValues(store, [alice])?.length === 0, 'the log was read')
    expect(behind.size).toBe(0)
  })
})
