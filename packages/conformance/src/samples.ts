import assert from 'node:assert/strict'
import type { Key, KeyedMark, RevocationStore } from '@revoked/core'
import { type Mark, marksEqual } from '@revoked/core'

/**
 * Keys that naive encodings mix up: by separators, prefixes, patterns, case, normalisation or names
 * of the language.
 */
export const confusableKeys: readonly Key[] = [
  { scope: 'a', value: 'b:c' },
  { scope: 'a:b', value: 'c' },
  { scope: 'a', value: 'b' },
  { scope: 'ab', value: '' },
  { scope: 'sub', value: '1' },
  { scope: 'sub', value: '10' },
  { scope: 'sid', value: '1' },
  { scope: 'sub', value: '*' },
  { scope: 'sub', value: '1*' },
  { scope: 'sub', value: '[1]' },
  { scope: 'sub', value: '{1}' },
  { scope: 'sub', value: '#1' },
  { scope: 'sub', value: ' 1' },
  { scope: 'sub', value: '1\n' },
  { scope: 'sub', value: '1\u0000' },
  { scope: 'sub', value: 'Ada' },
  { scope: 'sub', value: 'ada' },
  { scope: 'sub', value: '\u00e9' },
  { scope: 'sub', value: 'e\u0301' },
  { scope: 'sub', value: '\u{1f600}' },
  { scope: 'sub', value: '__proto__' },
  { scope: '__proto__', value: 'sub' },
  { scope: 'constructor', value: 'toString' },
  { scope: 'all', value: '' },
  { scope: 'sub', value: '["https://a.example","1"]' },
  { scope: 'sub', value: 'x'.repeat(1_024) },
  { scope: 'sub', value: `${'x'.repeat(1_023)}y` },
  { scope: 'sub', value: 'x'.repeat(2_200) },
  { scope: 'sub', value: `${'x'.repeat(2_199)}y` },
]

/** Returns a key that no other case uses. */
export function someKey(value = 'someone'): Key {
  return { scope: 'sub', value }
}

/** Returns a mark that revokes all tokens and lives for a minute, apart from the given fields. */
export function someMark(fields: Partial<Mark> = {}): Mark {
  return { cutoff: Infinity, expiresAt: Date.now() + 60_000, ...fields }
}

/** Marks that use every field. They are stored with another expiry. */
export const marksOfEveryForm: readonly Mark[] = [
  { cutoff: Infinity },
  { cutoff: 1_700_000_000_000, reason: 'r' },
  {
    cutoff: 1_700_000_000_000,
    exemptions: { 'sid:s': -Infinity, 'jti:\u{1f600}"\\': 1_699_999_999_999, __proto__x: 0 },
    reason: '"\u00e9',
  },
  { cutoff: -Infinity, refreshBefore: 1_700_000_000_000 },
  { cutoff: -Infinity, family: { generation: 3, spentAt: 1_700_000_000_000, tokenIds: ['a', 'b'], contested: 1 } },
].map((mark) => ({ ...mark, expiresAt: 0 }))

/** Records a mark that expires soon: later if the machine is too slow for it to arrive in time. */
export async function recordShortLived(
  store: RevocationStore,
  lifeMs: number,
): Promise<{ readonly expiresAt: number; readonly changed: boolean | undefined }> {
  const expiresAt = Date.now() + lifeMs
  try {
    const [changed] = await store.record([{ key: someKey(), mark: someMark({ expiresAt }) }])
    return { expiresAt, changed }
  } catch (error) {
    if (Date.now() < expiresAt || lifeMs > 10_000) throw error
    return await recordShortLived(store, lifeMs * 2)
  }
}

/** Returns the store's mark for the key, or `undefined`. Fails on anything else in the result. */
export async function findOne(store: RevocationStore, key: Key): Promise<Mark | undefined> {
  const found = await store.find([key])
  assert.ok(Array.isArray(found), 'find must answer an array')
  assert.ok(found.length <= 1, 'find answered more marks than it was asked for keys')
  const [answer] = found as readonly KeyedMark[]
  if (answer === undefined) return undefined
  assert.deepEqual({ ...answer.key }, { ...key }, 'find answered the mark of another key')
  return answer.mark
}

/** Fails unless the store holds exactly this mark, or none, under the key. */
export async function assertHolds(store: RevocationStore, key: Key, expected: Mark | undefined): Promise<void> {
  const mark = await findOne(store, key)
  if (mark === undefined || expected === undefined) assert.deepEqual(mark, expected)
  else assert.ok(marksEqual(mark, expected), `expected ${show(expected)}, found ${show(mark)}`)
}

/** Conformance marks are made up, so they may be shown. JSON has no infinities. */
function show(mark: Mark): string {
  return JSON.stringify(mark, (_, value: unknown) => (typeof value === 'number' ? String(value) : value))
}
