import type { LogEntry } from '@revoked/core'
import { entriesAfter } from './log-entries.ts'

/** A push that belongs to the log: entries, or a wake-up. */
export type Push = { readonly kind: 'entries'; readonly entries: readonly LogEntry[] } | { readonly kind: 'wake' }

/** The criteria by which a message belongs to the log. */
export interface KnownLog {
  /** The epoch that the last read of the log found. */
  readonly epoch: string | undefined
  /** The scopes of its keys, or `undefined` if no service has agreed on them yet. */
  readonly scopes: ReadonlySet<string> | undefined
}

/** The most characters of a message: nearly twice what the script sends that writes messages. */
const maxLength = 8_192

/** The number of fields before the entries: kind, epoch, and the position before the first one. */
const headLength = 4

/** The most characters of a scope that is not known. */
const maxScopeLength = 256

/**
 * Decodes a message. Returns `undefined` if it does not belong to the log: another epoch, another
 * format, a scope that no service uses. Nothing of such a message is kept.
 */
export function decodePush(text: string, { epoch, scopes }: KnownLog): Push | undefined {
  if (text.length > maxLength || epoch === undefined) return undefined
  const [kind, messageEpoch, sequence = '', tip] = text.split('\n', headLength)
  if (messageEpoch !== epoch) return undefined
  if (kind === 'wake') return { kind }
  if (kind !== 'entries' || tip === undefined || !/^\d{1,15}$/.test(sequence)) return undefined
  const fields = text.split('\n').slice(headLength)
  if (fields.length === 0 || fields.length % 3 !== 0) return undefined
  const entries = decoded(() => entriesAfter({ epoch, sequence: Number(sequence), tip }, fields))
  const isKnown = ({ key: { scope } }: LogEntry): boolean => scopes?.has(scope) ?? scope.length <= maxScopeLength
  return entries?.every(isKnown) ? { kind, entries } : undefined
}

function decoded(decode: () => LogEntry[]): LogEntry[] | undefined {
  try {
    return decode()
  } catch {
    // A mark or a name that this version does not write. Followers will read what is in the log.
    return undefined
  }
}
