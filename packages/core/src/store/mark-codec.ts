import { CorruptMarkError } from '../errors.ts'
import type { Mark } from './mark.ts'

/** The first element of every encoded mark. A reader refuses what it does not know rather than guess. */
const formatVersion = 1

/**
 * The mark as a compact string of well-formed JSON, for stores that keep text.
 * {@link decodeMark} gives an equal mark back.
 */
export function encodeMark({ cutoff, expiresAt, reason, spared }: Mark): string {
  // JSON has no infinities: the cutoff's +Infinity and the floors' -Infinity become null.
  if (spared !== undefined)
    return JSON.stringify([
      formatVersion,
      cutoff,
      expiresAt,
      reason ?? 0,
      Object.entries(spared).filter(([, floor]) => floor < cutoff),
    ])
  return JSON.stringify(
    reason === undefined ? [formatVersion, cutoff, expiresAt] : [formatVersion, cutoff, expiresAt, reason],
  )
}

/**
 * The mark that {@link encodeMark} was given.
 *
 * @throws CorruptMarkError (`ERR_CORRUPT_MARK`) where the text is anything else. A store must let it
 * reject: what cannot be read must not be taken for "nothing recorded".
 */
export function decodeMark(text: string): Mark {
  const fields = parseArray(text)
  const [version, cutoff, expiresAt, reason = 0, spared] = fields
  if (
    version !== formatVersion ||
    fields.length > 5 ||
    !(cutoff === null || isNumber(cutoff)) ||
    !isNumber(expiresAt) ||
    !(reason === 0 || (typeof reason === 'string' && reason !== ''))
  ) {
    throw corrupt()
  }
  return {
    cutoff: cutoff ?? Infinity,
    expiresAt,
    ...(spared !== undefined && { spared: decodeSpared(spared) }),
    ...(reason !== 0 && { reason }),
  }
}

function decodeSpared(entries: unknown): Record<string, number> {
  if (!Array.isArray(entries)) throw corrupt()
  return Object.fromEntries(
    entries.map((entry: unknown) => {
      if (!Array.isArray(entry) || entry.length !== 2) throw corrupt()
      const [id, floor]: unknown[] = entry
      if (typeof id !== 'string' || !(floor === null || isNumber(floor))) throw corrupt()
      return [id, floor ?? -Infinity]
    }),
  )
}

function parseArray(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value
  } catch {
    // A SyntaxError quotes the text, and the text may hold ids: it must not become a cause.
  }
  throw corrupt()
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}

function corrupt(): CorruptMarkError {
  return new CorruptMarkError(
    'A stored value is not a mark that this version can read: another program wrote under this prefix, or a newer version of this library did.',
  )
}
