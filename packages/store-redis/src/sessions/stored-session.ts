import type { StoredSession } from '@revoked/core/sessions'
import { CorruptSessionError } from './corrupt-session-error.ts'

/** The version of the format, which begins every text. */
const formatVersion = '1'

/**
 * Returns the session as a text that scripts can change without loss: the version, `openedAt`,
 * `usedAt`, `authenticatedAt`, `idleMs` and `endsAt` as decimal numbers, and the data, separated by
 * spaces. The id is the field of the hash, and the subject is in its key.
 *
 * @throws RangeError if an instant or a time is not a whole number of ms.
 */
export function encodeSession(session: StoredSession): string {
  const { openedAt, usedAt, authenticatedAt, idleMs, endsAt, data } = session
  const numbers = [openedAt, usedAt, authenticatedAt, idleMs, endsAt].map(wholeMs)
  return [formatVersion, ...numbers, toStoredText(data)].join(' ')
}

/**
 * Decodes the text of a session.
 *
 * @throws CorruptSessionError for anything that {@link encodeSession} does not return. It never
 *   quotes the text.
 */
export function decodeSession(key: Pick<StoredSession, 'subject' | 'id'>, text: string): StoredSession {
  const found = /^1 (\d{1,16}) (\d{1,16}) (\d{1,16}) (\d{1,16}) (\d{1,16}) (.*)$/s.exec(text)
  if (found === null) throw new CorruptSessionError()
  const [openedAt, usedAt, authenticatedAt, idleMs, endsAt] = found.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  if (![openedAt, usedAt, authenticatedAt, idleMs, endsAt].every(Number.isSafeInteger)) throw new CorruptSessionError()
  const data = fromStoredText(found[6] ?? '')
  return { id: key.id, subject: key.subject, openedAt, usedAt, authenticatedAt, idleMs, endsAt, data }
}

/**
 * Returns an instant or a time as a decimal number.
 *
 * @throws RangeError if it is not a whole number of ms, from 0.
 */
export function wholeMs(ms: number): string {
  if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError('Instants and times must be whole ms, from 0.')
  return String(ms)
}

/**
 * Returns the text as it is stored: unchanged, or as JSON if UTF-8 cannot express it (a lone
 * surrogate), or if it could be taken for JSON.
 *
 * @throws TypeError if it is not a string.
 */
export function toStoredText(text: string): string {
  if (typeof text !== 'string') throw new TypeError('Subjects, ids and data of sessions must be strings.')
  return text.isWellFormed() && !text.startsWith('"') ? text : JSON.stringify(text)
}

/**
 * Decodes what {@link toStoredText} returned.
 *
 * @throws CorruptSessionError for anything else.
 */
export function fromStoredText(stored: string): string {
  if (!stored.startsWith('"')) return stored
  try {
    const text: unknown = JSON.parse(stored)
    if (typeof text === 'string') return text
  } catch {
    // The error would quote the text.
  }
  throw new CorruptSessionError()
}
