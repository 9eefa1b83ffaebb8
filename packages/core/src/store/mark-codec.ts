import { CorruptMarkError } from '../store-errors.ts'
import type { FamilyRecord } from './family-record.ts'
import type { Mark } from './mark.ts'

/**
 * The first element of every encoded mark. A reader refuses what it does not know rather than
 * guess.
 */
const formatVersion = 1

/** Stands for a cutoff of `-Infinity`. */
const noCutoff = ''

/**
 * Returns the mark as a compact string of well-formed JSON, for stores that keep text.
 * {@link decodeMark} returns an equal mark.
 *
 * @example
 * ```ts
 * import { encodeMark, type KeyedMark } from '@revoked/core'
 *
 * const row = ({ key, mark }: KeyedMark): [scope: string, value: string, text: string, expiresAt: Date] =>
 *   [key.scope, key.value, encodeMark(mark), new Date(mark.expiresAt)]
 * ```
 */
export function encodeMark({ cutoff, expiresAt, reason, exemptions, refreshBefore, family }: Mark): string {
  // JSON has no infinities: a cutoff of Infinity and an exemptSince of -Infinity become null.
  const fields: unknown[] = [formatVersion, cutoff === -Infinity ? noCutoff : cutoff, expiresAt]
  const optional = [
    reason,
    exemptions && Object.entries(exemptions).filter(([, exemptSince]) => exemptSince < cutoff),
    refreshBefore ?? (family && null),
    family && [family.generation, family.spentAt, family.tokenIds, family.contested],
  ]
  // A field that is absent is 0 if another one follows, and left out if none does.
  const length = optional.findLastIndex((field) => field !== undefined) + 1
  for (const field of optional.slice(0, length)) fields.push(field === undefined ? 0 : field)
  return JSON.stringify(fields)
}

/**
 * Returns the mark that {@link encodeMark} was given.
 *
 * @example
 * ```ts
 * import { decodeMark, encodeMark } from '@revoked/core'
 *
 * const text = encodeMark({ cutoff: 1_000, expiresAt: 9_000, reason: 'logout' })
 * console.log(decodeMark(text).reason) // logout
 * ```
 *
 * @throws CorruptMarkError (`ERR_CORRUPT_MARK`) if the text is anything else. A store must let it
 * reject: text that cannot be read must not be taken for "nothing recorded".
 */
export function decodeMark(text: string): Mark {
  const fields = parseArray(text)
  const [version, cutoff, expiresAt, reason = 0, exemptions = 0, refreshBefore = null, family = 0] = fields
  if (
    version !== formatVersion ||
    fields.length > 7 ||
    !(cutoff === null || cutoff === noCutoff || isNumber(cutoff)) ||
    !isNumber(expiresAt) ||
    !(reason === 0 || (typeof reason === 'string' && reason !== '')) ||
    !(refreshBefore === null || isNumber(refreshBefore)) ||
    // It would revoke nothing, and nobody writes such a mark.
    (cutoff === noCutoff && refreshBefore === null && family === 0)
  ) {
    throw corrupt()
  }
  return {
    cutoff: cutoff === noCutoff ? -Infinity : (cutoff ?? Infinity),
    expiresAt,
    ...(exemptions !== 0 && { exemptions: decodeExemptions(exemptions) }),
    ...(refreshBefore !== null && { refreshBefore }),
    ...(reason !== 0 && { reason }),
    ...(family !== 0 && { family: decodeFamily(family) }),
  }
}

function decodeExemptions(entries: unknown): Record<string, number> {
  if (!Array.isArray(entries)) throw corrupt()
  return Object.fromEntries(
    entries.map((entry: unknown) => {
      if (!Array.isArray(entry) || entry.length !== 2) throw corrupt()
      const [id, exemptSince]: unknown[] = entry
      if (typeof id !== 'string' || !(exemptSince === null || isNumber(exemptSince))) throw corrupt()
      return [id, exemptSince ?? -Infinity]
    }),
  )
}

function decodeFamily(fields: unknown): FamilyRecord {
  if (!Array.isArray(fields) || fields.length !== 4) throw corrupt()
  const [generation, spentAt, tokenIds, contested]: unknown[] = fields
  if (!isGeneration(generation) || generation === 0 || !isNumber(spentAt) || !isGeneration(contested)) throw corrupt()
  if (!Array.isArray(tokenIds) || tokenIds.length === 0 || !tokenIds.every((id) => typeof id === 'string'))
    throw corrupt()
  return { generation, spentAt, tokenIds, contested }
}

function parseArray(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value
  } catch {
    // A SyntaxError quotes the text, and the text may contain ids: it must not become a cause.
  }
  throw corrupt()
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}

function isGeneration(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function corrupt(): CorruptMarkError {
  return new CorruptMarkError(
    'A stored value is not a mark that this version can read: another program wrote under this prefix, or a newer version of this library did.',
  )
}
