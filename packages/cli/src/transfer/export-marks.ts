import { randomUUID } from 'node:crypto'
import type { FollowableStore, KeyedMark, Mark, SharedSettings } from '@revoked/core'
import { type ExportEnd, endLine, headerLine, markLine } from './export-format.ts'
import { hashesAll, namingOf } from './naming.ts'

/** Exempt ids begin with `sid:` or `jti:`. */
const exemptScopeLength = 4

/** What is exported, and who is told of the progress. */
export interface ExportOptions {
  readonly store: FollowableStore
  /** What the services of the store have agreed on, if it is known. */
  readonly settings: SharedSettings | undefined
  /** Called with what has been read so far. */
  readonly onProgress: (end: ExportEnd) => void
}

/**
 * Yields the text of an export, in pieces of some hundred lines. It reads the store in pages, so
 * that its size does not matter. A mark that is recorded meanwhile may be missing.
 */
export async function* exportMarks({ store, settings, onProgress }: ExportOptions): AsyncGenerator<string> {
  const naming = namingOf(store)
  const isAllDigests = hashesAll(naming)
  let marks = 0
  let digests = 0
  yield `${headerLine({ id: randomUUID(), exportedAt: Date.now(), naming, settings })}\n`
  for (let log = 0; log < store.logs; log++) {
    for await (const batch of store.scan(log)) {
      if (batch.length === 0) continue
      let text = ''
      for (const { key, mark } of batch) {
        const isDigest = isAllDigests || !isPlainKey(store, { key, mark })
        const digestIds = idsIn(mark)
          .filter(({ name }) => isAllDigests || !isPlainId(store, name))
          .map(({ id }) => id)
        marks++
        if (isDigest || digestIds.length > 0) digests++
        text += `${markLine({ log, scope: key.scope, value: key.value, isDigest, digestIds, mark })}\n`
      }
      onProgress({ marks, digests })
      yield text
    }
  }
  onProgress({ marks, digests })
  yield `${endLine({ marks, digests })}\n`
}

/** A stored key is the key itself exactly if the store would name it like that. */
function isPlainKey(store: FollowableStore, { key }: KeyedMark): boolean {
  const named = store.logKey(key)
  return named.scope === key.scope && named.value === key.value
}

function isPlainId(store: FollowableStore, name: string): boolean {
  return store.logKey({ scope: 'jti', value: name }).value === name
}

/** An id in a mark, and the name that the store gave the session or token in it. */
interface MarkId {
  readonly id: string
  readonly name: string
}

/** Returns the ids inside a mark, which are named like keys. */
function idsIn({ exemptions, family }: Mark): readonly MarkId[] {
  const exempt = Object.keys(exemptions ?? {}).map((id) => ({ id, name: id.slice(exemptScopeLength) }))
  return [...exempt, ...(family?.tokenIds ?? []).map((id) => ({ id, name: id }))]
}
