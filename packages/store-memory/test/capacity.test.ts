import type { Key, KeyedMark } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { describe, expect, test } from 'vitest'

function keyed(scope: string, value: string): KeyedMark {
  return { key: { scope, value }, mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }
}

/** Records marks of the scope one by one until the store is full, and returns their keys. */
async function flood(store: ReturnType<typeof memoryStore>, scope: string): Promise<Key[]> {
  const keys: Key[] = []
  for (;;) {
    const one = keyed(scope, `flood-${keys.length}`)
    const isFull = await store.record([one]).then(
      () => false,
      () => true,
    )
    if (isFull) return keys
    keys.push(one.key)
  }
}

describe('a store that is full of', () => {
  test.each(['jti', 'fam', 'sid'])('%s marks still accepts bans of subjects, claims and everything', async (scope) => {
    const store = memoryStore({ maxMarks: 100 })
    const flooded = await flood(store, scope)
    const bans = [keyed('sub', 'mallory'), keyed('tenant', 'acme'), keyed('all', '')]
    expect(await store.record(bans)).toEqual([true, true, true])
    expect(store.find(bans.map(({ key }) => key))).toHaveLength(3)
    expect(store.find(flooded)).toHaveLength(flooded.length)
  })

  test.each(['jti', 'fam'])('%s marks still accepts the logout of a session', async (scope) => {
    const store = memoryStore({ maxMarks: 100 })
    await flood(store, scope)
    expect(await store.record([keyed('sid', 'a')])).toEqual([true])
  })

  test('every kind holds maxMarks, and evicts none', async () => {
    const store = memoryStore({ maxMarks: 100 })
    const flooded = []
    for (const scope of ['jti', 'sid', 'sub']) flooded.push(...(await flood(store, scope)))
    expect(flooded.map(({ scope }) => scope).filter((scope) => scope === 'jti')).toHaveLength(80)
    expect(flooded.map(({ scope }) => scope).filter((scope) => scope === 'sid')).toHaveLength(10)
    expect(store.size).toBe(100)
    expect(store.find(flooded)).toHaveLength(100)
  })
})

test('a batch takes from the reserve only for what may use it', async () => {
  const store = memoryStore({ maxMarks: 10 })
  await flood(store, 'jti')
  const mixed = [keyed('sub', 'a'), keyed('jti', 'one-more')]
  await expect(store.record(mixed)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
  expect(await store.record([keyed('sub', 'a'), keyed('sid', 'b')])).toEqual([true, true])
})
