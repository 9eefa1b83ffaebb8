import type { Key } from '../store/store.ts'

/**
 * Returns the keys, each followed by the key of the same id without the issuer. With
 * `alsoUnscoped`, a service looks up and writes both, so that revocations reach services of either
 * naming.
 */
export function withUnscoped(keys: readonly Key[]): readonly Key[] {
  return keys.flatMap((key) => [key, unscoped(key)])
}

/** Returns the key without the issuer: the second element of a value that `keyIn` made. */
function unscoped({ scope, value }: Key): Key {
  const parts: unknown = JSON.parse(value)
  return { scope, value: Array.isArray(parts) ? String(parts[1]) : value }
}
