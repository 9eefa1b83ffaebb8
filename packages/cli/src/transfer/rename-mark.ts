import type { FollowableStore, KeyedMark, Mark } from '@revoked/core'
import type { ExportedMark } from './export-format.ts'

/** A mark as a store keeps it, and the log that it belongs to. */
export interface PlacedMark {
  readonly log: number
  readonly keyed: KeyedMark
}

/**
 * Returns an exported mark under the names that a store gives. Digests are left as they are: that
 * the store names ids alike has been checked.
 */
export function renameMark(exported: ExportedMark, store: FollowableStore): PlacedMark {
  const { log, scope, value, isDigest, digestIds, mark } = exported
  const key = { scope, value }
  const named = renameIds(mark, new Set(digestIds), (idScope, id) => store.logKey({ scope: idScope, value: id }).value)
  if (isDigest) return { log: store.logs === 1 ? 0 : log, keyed: { key, mark: named } }
  return { log: store.logOf(key), keyed: { key: store.logKey(key), mark: named } }
}

function renameIds(mark: Mark, digests: ReadonlySet<string>, nameOf: (scope: string, id: string) => string): Mark {
  const { exemptions, family } = mark
  if (exemptions === undefined && family === undefined) return mark
  const exemptionName = (id: string): string => {
    if (digests.has(id)) return id
    const scope = id.slice(0, 3)
    return `${scope}:${nameOf(scope, id.slice(4))}`
  }
  const tokenIds = family?.tokenIds.map((id) => (digests.has(id) ? id : nameOf('jti', id))).sort()
  return {
    ...mark,
    ...(exemptions && {
      exemptions: Object.fromEntries(Object.entries(exemptions).map(([id, since]) => [exemptionName(id), since])),
    }),
    ...(family && tokenIds && { family: { ...family, tokenIds } }),
  }
}
