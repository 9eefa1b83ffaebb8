import type { FollowableStore } from './change-log.ts'
import type { RevocationStore } from './store.ts'

/**
 * A function that returns the name of an id inside marks: of a session or token that is exempt, or
 * of a token that spent a generation of its family.
 */
export type IdNamer = (scope: 'sid' | 'jti', id: string) => string

/**
 * Returns the namer of a store. A store whose change log can be read names ids as it names keys, so
 * that one which hashes the values of keys contains no id in its marks either.
 */
export function createIdNamer(store: RevocationStore & Partial<Pick<FollowableStore, 'logKey'>>): IdNamer {
  return (scope, id) => store.logKey?.({ scope, value: id }).value ?? id
}
