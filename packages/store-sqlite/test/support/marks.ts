import type { Key, Mark } from '@revoked/core'

/** Returns a mark that revokes everything for an hour, apart from the given fields. */
export function someMark(fields: Partial<Mark> = {}): Mark {
  return { cutoff: Infinity, expiresAt: Date.now() + 3_600_000, ...fields }
}

/** Returns the key of a subject. */
export function subject(value: string): Key {
  return { scope: 'sub', value }
}
