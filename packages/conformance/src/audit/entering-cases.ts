import assert from 'node:assert/strict'
import { type AuditEntry, type Mark, marksEqual } from '@revoked/core'
import { marksOfEveryForm, someKey, someMark } from '../samples.ts'
import { type AuditCase, auditCase } from './audit-subject.ts'
import { actorsOf, nameIn, noteOf, readTrail } from './read-trail.ts'

/** The cases of what is entered in the trail. */
export const enteringCases: readonly AuditCase[] = [
  auditCase('enters who revoked what, when and why, on every handle', async ({ store, peer = store }) => {
    const mark = someMark({ cutoff: Date.now(), reason: 'banned' })
    const note = noteOf({ actor: 'admin-3', reason: 'banned', subjects: [someKey('alice')] })
    await store.record([{ key: { scope: 'sid', value: 'phone' }, mark }], note)
    for (const handle of [store, peer]) {
      const [entry, ...others] = await readTrail(handle)
      assert.deepEqual(others, [])
      const { mark: entered, ...fields } = plain(entry)
      assert.deepEqual(fields, {
        at: note.at,
        action: 'revoke',
        key: nameIn(store, { scope: 'sid', value: 'phone' }),
        subject: nameIn(store, someKey('alice')),
        actor: 'admin-3',
        reason: 'banned',
      })
      assert.ok(entered !== undefined && marksEqual(entered, mark), 'the entry must have the mark that was recorded')
    }
  }),
  auditCase('enters who reinstated what, beside the revocation', async ({ store, peer = store }) => {
    await store.record([{ key: someKey(), mark: someMark() }], noteOf({ at: Date.now() - 1, actor: 'a' }))
    const note = noteOf({ actor: 'b', reason: 'appeal', subjects: [someKey()] })
    await store.forget([someKey()], note)
    const [entry, before] = await readTrail(peer)
    assert.equal(before?.action, 'revoke')
    const key = nameIn(store, someKey())
    assert.deepEqual(plain(entry), {
      at: note.at,
      action: 'reinstate',
      key,
      subject: key,
      mark: undefined,
      actor: 'b',
      reason: 'appeal',
    })
  }),
  auditCase('enters undefined for what a note does not say', async ({ store }) => {
    await store.record([{ key: someKey(), mark: someMark() }], { at: Date.now(), subjects: [undefined] })
    const [entry] = await readTrail(store)
    assert.deepEqual([entry?.actor, entry?.reason, entry?.subject], [undefined, undefined, undefined])
  }),
  auditCase('enters nothing without a note', async ({ store }) => {
    await store.record([{ key: someKey(), mark: someMark({ reason: 'a' }) }])
    await store.forget([someKey()])
    assert.deepEqual(await readTrail(store), [])
  }),
  auditCase('enters each mark of a batch with its own subject', async ({ store }) => {
    const names = ['a', 'b', 'c', 'd']
    const keys = names.map((value) => ({ scope: 'sid', value }))
    const subjects = [someKey('alice'), undefined, someKey('bob'), someKey('alice')]
    await store.record(
      keys.map((key) => ({ key, mark: someMark() })),
      noteOf({ subjects }),
    )
    const expected = keys.map((key, index) => {
      const subject = subjects[index]
      return [nameIn(store, key).value, subject && nameIn(store, subject).value]
    })
    const entered = (await readTrail(store)).map(({ key, subject }) => [key.value, subject?.value])
    assert.deepEqual(sorted(entered), sorted(expected))
    await store.forget([keys[2] ?? someKey(), keys[1] ?? someKey()], noteOf({ actor: 'b', subjects: [subjects[2]] }))
    const reinstated = (await readTrail(store)).filter(({ actor }) => actor === 'b')
    assert.deepEqual(
      sorted(reinstated.map(({ key, subject }) => [key.value, subject?.value])),
      sorted([expected[2], expected[1]]),
    )
  }),
  auditCase('enters only what a call changed', async ({ store, peer = store }) => {
    const mark = someMark({ cutoff: Date.now() })
    const record = (key: string, actor: string, fields: Partial<Mark> = {}) =>
      store.record([{ key: someKey(key), mark: { ...mark, ...fields } }], noteOf({ actor }))
    await record('a', 'first')
    await record('a', 'again')
    await record('a', 'longer', { expiresAt: mark.expiresAt + 30_000 })
    await peer.record(
      ['a', 'b'].map((value) => ({ key: someKey(value), mark })),
      noteOf({ actor: 'batch', subjects: [someKey('a'), someKey('b')] }),
    )
    await store.forget([someKey('unknown'), someKey('b')], noteOf({ actor: 'forget' }))
    await store.forget([someKey('b')], noteOf({ actor: 'forget again' }))
    const entries = await readTrail(store)
    assert.deepEqual([...actorsOf(entries)].sort(), ['batch', 'first', 'forget'])
    const inBatch = entries.find(({ actor }) => actor === 'batch')
    assert.deepEqual(inBatch?.subject && { ...inBatch.subject }, nameIn(store, someKey('b')))
  }),
  auditCase('enters one of many concurrent identical records', async ({ store, peer = store }) => {
    const mark = someMark()
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? store : peer).record([{ key: someKey(), mark }], noteOf({ actor: `${index}` })),
      ),
    )
    assert.equal((await readTrail(store)).length, 1)
  }),
  auditCase('enters nothing of a record that rejects', async ({ store }) => {
    const expired = someMark({ expiresAt: Date.now() - 1_000 })
    await assert.rejects(async () => await store.record([{ key: someKey(), mark: expired }], noteOf()))
    assert.deepEqual(await readTrail(store), [])
  }),
  auditCase('keeps every character of actors and reasons', async ({ store }) => {
    const texts = ['a', 'A', ' a', '"\'\\', "'; --", '%_', '\u{1f600}', 'e\u0301', 'x'.repeat(64), '{}', '$1 ?', 'null']
    for (const [index, text] of texts.entries()) {
      await store.record([{ key: someKey(`${index}`), mark: someMark() }], noteOf({ actor: text, reason: text }))
    }
    const long = 'y'.repeat(256)
    await store.record([{ key: someKey('long'), mark: someMark() }], noteOf({ actor: long }))
    const entries = await readTrail(store)
    assert.deepEqual([...actorsOf(entries)].sort(), [...texts, long].sort())
    for (const { actor, reason } of entries) if (actor !== long) assert.equal(reason, actor)
  }),
  auditCase('keeps every field of a mark, as it was given', async ({ store }) => {
    const marks = marksOfEveryForm.map((mark) => ({ ...mark, expiresAt: Date.now() + 60_000 }))
    await store.record([{ key: someKey('0'), mark: someMark({ cutoff: 1, expiresAt: Date.now() + 90_000 }) }])
    for (const [index, mark] of marks.entries())
      await store.record([{ key: someKey(`${index}`), mark }], noteOf({ actor: `${index}` }))
    for (const { actor, mark } of await readTrail(store)) {
      const given = marks[Number(actor)]
      assert.ok(mark !== undefined && given !== undefined && marksEqual(mark, given), 'an entry has another mark')
    }
  }),
]

/** Returns an entry whose keys are plain objects, for comparison. */
function plain(entry: AuditEntry | undefined): AuditEntry {
  assert.ok(entry, 'there is no entry')
  const { at, action, key, subject, mark, actor, reason } = entry
  return { at, action, key: { ...key }, subject: subject && { ...subject }, mark, actor, reason }
}

function sorted(pairs: readonly unknown[]): readonly string[] {
  return pairs.map((pair) => JSON.stringify(pair)).sort()
}
