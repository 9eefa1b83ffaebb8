import assert from 'node:assert/strict'
import type { RevocationStore, SharedSettings } from '@revoked/core'
import { type ConformanceCase, caseOver, clockOffsetMs, type StoreSubject } from './case.ts'

/** Settings of a service that names keys without the issuer. */
function someSettings(fields: Partial<SharedSettings> = {}): SharedSettings {
  return { maxTokenLifetime: 3_600_000, clockTolerance: 60_000, claims: [], unscopedAt: nextHour(), ...fields }
}

/** Settings of a service that names keys with the issuer. */
function scopedSettings(): SharedSettings {
  return { maxTokenLifetime: 3_600_000, clockTolerance: 60_000, claims: [], scopedAt: nextHour() }
}

/** The instant is rounded as core does, so that it does not change within a case. */
function nextHour(): number {
  return Math.ceil(Date.now() / 3_600_000) * 3_600_000
}

/** Returns what a store agrees to, without its clock. */
async function agreed(store: RevocationStore, settings: SharedSettings): Promise<SharedSettings> {
  const { now, ...shared } = await store.agree(settings)
  assert.equal(typeof now, 'number', 'agree must return the clock of the store')
  return { ...shared }
}

/** The cases of `agree`: what several services over one store can rely on. */
export const agreeCases: readonly ConformanceCase<StoreSubject>[] = [
  caseOver('agrees to what the first service asks for', async ({ store }) => {
    const settings = someSettings({ claims: ['client_id', 'tenant'] })
    assert.deepEqual(await agreed(store, settings), settings)
  }),
  caseOver('returns its clock in ms with what was agreed', async ({ store }) => {
    const before = Date.now()
    const { now } = await store.agree(someSettings())
    assert.ok(now >= before - clockOffsetMs && now <= Date.now() + clockOffsetMs, `the clock of the store says ${now}`)
  }),
  caseOver('agrees on the larger durations and all claims, on every handle', async ({ store, peer = store }) => {
    await store.agree(someSettings({ maxTokenLifetime: 7_200_000, claims: ['tenant'] }))
    const merged = someSettings({
      maxTokenLifetime: 7_200_000,
      clockTolerance: 90_000,
      claims: ['client_id', 'tenant'],
    })
    assert.deepEqual(await agreed(peer, someSettings({ clockTolerance: 90_000, claims: ['client_id'] })), merged)
    assert.deepEqual(await agreed(store, someSettings()), merged)
  }),
  caseOver('loses none of many concurrent agreements', async ({ store, peer = store }) => {
    const names = Array.from({ length: 20 }, (_, index) => `claim-${String(index).padStart(2, '0')}`)
    await Promise.all(
      names.map((name, index) =>
        (index % 2 === 0 ? store : peer).agree(someSettings({ clockTolerance: index, claims: [name] })),
      ),
    )
    assert.deepEqual(await agreed(store, someSettings({ clockTolerance: 0 })), {
      ...someSettings({ clockTolerance: 19 }),
      claims: names,
    })
  }),
  caseOver('rejects settings that exclude what was agreed, and keeps the latter', async ({ store, peer = store }) => {
    const first = someSettings({ claims: ['tenant'] })
    await store.agree(first)
    const conflicting = { ...scopedSettings(), claims: ['other'], maxTokenLifetime: 9_000_000 }
    await assert.rejects(
      async () => await peer.agree(conflicting),
      (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ERR_SETTINGS_CONFLICT',
      'agree must reject with ERR_SETTINGS_CONFLICT',
    )
    assert.deepEqual(await agreed(store, someSettings()), first)
  }),
]
