import { createHash } from 'node:crypto'
import type { AuditNote, Key } from '@revoked/core'
import type { Noted } from './change-marks.ts'

/** Returns the function that names keys as they are stored: as they are, or with hashed values. */
export function keyNamer(hashIds: boolean): (key: Key) => Key {
  if (!hashIds) return (key) => key
  return ({ scope, value }) => ({ scope, value: `#${createHash('sha256').update(value).digest('base64url')}` })
}

/** Returns items with the stored names of their keys, each with its subject of the note. */
export function notedItems<Item extends { readonly key: Key }>(
  items: readonly Item[],
  note: AuditNote | undefined,
  nameOf: (key: Key) => Key,
): readonly Noted<Item>[] {
  return items.map((item, index) => {
    const subject = note?.subjects[index]
    return { ...item, key: nameOf(item.key), subject: subject && nameOf(subject) }
  })
}

/**
 * Checks that a key is named as `keyNamer` names keys.
 *
 * @throws TypeError if it is not. It does not quote the key.
 */
export function assertStoredName({ value }: Key, hashIds: boolean): void {
  if (!hashIds || /^#[\w-]{43}$/.test(value)) return
  throw new TypeError(
    'A key is not named as this store names keys, so that nothing would find it: hashIds is true here.',
  )
}
