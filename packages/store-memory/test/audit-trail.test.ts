import type { AuditedStore, Key } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../src/index.ts'

const key = (value: string): Key => ({ scope: 'jti', value })

/** Enters the revocation of a new key. */
async function enter(store: AuditedStore, at: number, value = `${at}`): Promise<void> {
  const note = { at, actor: value, subjects: [] }
  await store.record([{ key: key(value), mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }], note)
}

async function actors(store: AuditedStore): Promise<readonly (string | undefined)[]> {
  return (await store.audit.read({ limit: 1_000 })).entries.map(({ actor }) => actor)
}

describe('the audit trail', () => {
  test('is there if auditFor is given, and only then', async () => {
    const store = memoryStore()
    expect('audit' in store).toBe(false)
    await store.record([{ key: key('a'), mark: { cutoff: 1, expiresAt: Date.now() + 60_000 } }], {
      at: Date.now(),
      subjects: [],
    })
    expect('audit' in memoryStore({ auditFor: '1h' })).toBe(true)
  })

  test('keeps the latest maxAuditEntries at least, and fewer than twice as many', async () => {
    const store = memoryStore({ auditFor: '1h', maxAuditEntries: 10 })
    const now = Date.now()
    for (let count = 1; count <= 100; count++) {
      await enter(store, now + count)
      const latest = Array.from({ length: Math.min(count, 10) }, (_, index) => `${now + count - index}`)
      const kept = await actors(store)
      expect(kept.slice(0, 10)).toEqual(latest)
      expect(kept.length).toBeLessThan(20)
    }
  })

  test('drops the oldest first if entries arrive in another order', async () => {
    const store = memoryStore({ auditFor: '1h', maxAuditEntries: 2 })
    const now = Date.now()
    for (const ms of [4, 2, 3, 1]) await enter(store, now + ms, `${ms}`)
    expect(await actors(store)).toEqual(['4', '3'])
  })

  test('has the entries of batches that are recorded in slices, each with its subject', async () => {
    const store = memoryStore({ auditFor: '1h' })
    const values = Array.from({ length: 5_000 }, (_, index) => `${index}`)
    const mark = { cutoff: Infinity, expiresAt: Date.now() + 60_000 }
    const note = { at: Date.now(), subjects: values.map((value) => ({ scope: 'sub', value })) }
    await store.record(
      values.map((value) => ({ key: key(value), mark })),
      note,
    )
    await store.forget(values.map(key), { ...note, at: note.at + 1 })
    const { entries } = await store.audit.read({ limit: 10_000 })
    expect(entries.map(({ action }) => action)).toEqual([
      ...values.map(() => 'reinstate'),
      ...values.map(() => 'revoke'),
    ])
    expect(entries.every((entry) => entry.key.value === entry.subject?.value)).toBe(true)
  })

  test('enters a key once that is forgotten twice in a batch', async () => {
    const store = memoryStore({ auditFor: '1h' })
    await enter(store, Date.now(), 'a')
    await store.forget([key('a'), key('a')], { at: Date.now(), subjects: [] })
    expect(await actors(store)).toHaveLength(2)
  })

  test.each([
    { auditFor: 0 },
    { auditFor: '90x' },
    { auditFor: null },
    { maxAuditEntries: 0 },
    { maxAuditEntries: 1.5 },
  ])('refuses %j', (options) => {
    expect(() => memoryStore(options as object)).toThrow(/auditFor|maxAuditEntries/)
  })
})
