import assert from 'node:assert/strict'
import type { AuditedStore } from '@revoked/core'
import { clockOffsetMs, eventually } from '../case.ts'
import { confusableKeys, recordShortLived, someKey, someMark } from '../samples.ts'
import { type AuditCase, auditCase, shortTrailCase } from './audit-subject.ts'
import { actorsOf, noteOf, readTrail } from './read-trail.ts'

/** The cases of how the trail is read, and how long it is kept. */
export const readingCases: readonly AuditCase[] = [
  auditCase('returns an empty page if nothing was entered', async ({ store }) => {
    const { entries, next } = await store.audit.read({ limit: 10, subject: someKey(), from: 0, until: Date.now() })
    assert.deepEqual([[...entries], next], [[], undefined])
  }),
  auditCase('returns the latest entry first, in whatever order they were entered', async ({ store }) => {
    const now = Date.now()
    for (const [index, ago] of [30, 10, 40, 0, 20].entries())
      await enter(store, { key: `${index}`, actor: `${ago}`, at: now - ago })
    assert.deepEqual(actorsOf(await readTrail(store)), ['0', '10', '20', '30', '40'])
  }),
  auditCase('finds the entries of a subject, and of no other', async ({ store, peer = store }) => {
    const subjects = [...new Set(confusableKeys.map(({ value }) => value))]
    for (const [index, value] of subjects.entries()) await enter(store, { key: `${index}`, subject: value })
    await enter(store, { key: 'none' })
    for (const [index, value] of subjects.entries()) {
      const found = actorsOf(await readTrail(peer, { subject: someKey(value) }))
      assert.deepEqual(found, [`${index}`], 'a subject has exactly its own entries')
    }
  }),
  auditCase('finds the entries of a time: its first instant included, its last excluded', async ({ store }) => {
    const start = Date.now() - 1_000
    for (let ms = 0; ms < 5; ms++) {
      await enter(store, { key: `${ms}`, subject: 'alice', at: start + ms })
      await enter(store, { key: `of bob, ${ms}`, actor: `${ms}`, subject: 'bob', at: start + ms })
    }
    const found = async (range: { from?: number; until?: number }): Promise<readonly unknown[]> => [
      ...actorsOf(await readTrail(store, range)),
      '|',
      ...actorsOf(await readTrail(store, { ...range, subject: someKey('alice') })),
    ]
    assert.deepEqual(await found({ from: start + 1, until: start + 3 }), ['2', '2', '1', '1', '|', '2', '1'])
    assert.deepEqual(await found({ from: start + 3 }), ['4', '4', '3', '3', '|', '4', '3'])
    assert.deepEqual(await found({ until: start + 1 }), ['0', '0', '|', '0'])
  }),
  auditCase('pages through all entries once, also through those of one instant', async ({ store, peer = store }) => {
    const at = Date.now()
    for (let index = 0; index < 23; index++)
      await enter(store, { key: `${index}`, subject: index % 2 === 0 ? 'alice' : 'bob', at: at - (index % 3) })
    const all = actorsOf(await readTrail(store))
    assert.equal(new Set(all).size, 23)
    for (const limit of [1, 4, 22, 23]) assert.deepEqual(actorsOf(await readTrail(peer, { limit })), all)
    const ofAlice = actorsOf(await readTrail(store, { subject: someKey('alice'), limit: 5 }))
    assert.deepEqual(
      ofAlice,
      all.filter((actor) => Number(actor) % 2 === 0),
    )
  }),
  auditCase('says that there are no more once the last entry was returned', async ({ store }) => {
    for (let index = 0; index < 4; index++) await enter(store, { key: `${index}` })
    assert.equal((await store.audit.read({ limit: 4 })).next, undefined)
    assert.notEqual((await store.audit.read({ limit: 3 })).next, undefined)
  }),
  auditCase('reads on from a page, whatever is entered meanwhile', async ({ store }) => {
    const at = Date.now() - 100
    for (let index = 0; index < 6; index++) await enter(store, { key: `${index}`, at: at + index })
    const first = await store.audit.read({ limit: 3 })
    for (let index = 6; index < 9; index++) await enter(store, { key: `${index}`, at: at + index })
    assert.deepEqual(actorsOf(first.entries), ['5', '4', '3'])
    assert.deepEqual(actorsOf(await readTrail(store, { after: first.next ?? '' })), ['2', '1', '0'])
  }),
  auditCase('rejects with a RangeError what is not the next of a page', async ({ store }) => {
    await enter(store, { key: 'a' })
    for (const after of ['x', '0', '{}', "' OR 1=1", '\u{1f600}', 'x'.repeat(256)])
      await assert.rejects(async () => await store.audit.read({ limit: 1, after }), RangeError)
  }),
  auditCase('keeps entries for longer than the mark', async ({ store }) => {
    const { expiresAt } = await recordShortLived(store, 100)
    await store.forget([someKey()], noteOf({ actor: 'a' }))
    const short = someMark({ expiresAt: Date.now() + 200 })
    await store.record([{ key: someKey('b'), mark: short }], noteOf({ actor: 'b' }))
    const end = Math.max(expiresAt, short.expiresAt) + clockOffsetMs
    await eventually(() => Date.now() > end, 'the clock reaches the expiry')
    // Written after the expiry, so that a store which prunes as it writes has done so.
    await enter(store, { key: 'c' })
    assert.ok(actorsOf(await readTrail(store)).includes('b'), 'the entry went with the mark')
  }),
  shortTrailCase('keeps entries for the stated time, and not longer', async ({ store, auditForMs }) => {
    const at = Date.now()
    await enter(store, { key: 'a', subject: 'alice', at })
    for (;;) {
      const count = (await readTrail(store, { subject: someKey('alice') })).length
      // Read after the answer: the entry may have ended while it was on its way.
      if (count === 0 && Date.now() < at + auditForMs - clockOffsetMs) assert.fail('an entry was dropped early')
      if (Date.now() >= at + auditForMs) break
      await new Promise(setImmediate)
    }
    await eventually(() => Date.now() > at + auditForMs + clockOffsetMs, 'the clock reaches the end')
    assert.deepEqual(await readTrail(store), [])
    assert.deepEqual(await readTrail(store, { subject: someKey('alice') }), [])
  }),
]

interface Sample {
  /** Of which mark: a new one for each call. */
  readonly key: string
  /** Default: the key. */
  readonly actor?: string
  readonly subject?: string
  readonly at?: number
}

/** Enters one revocation. */
async function enter(store: AuditedStore, { key, actor = key, subject, at = Date.now() }: Sample): Promise<void> {
  const subjects = [subject === undefined ? undefined : someKey(subject)]
  await store.record([{ key: { scope: 'jti', value: key }, mark: someMark() }], noteOf({ at, actor, subjects }))
}
