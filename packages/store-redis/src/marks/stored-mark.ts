import { randomUUID } from 'node:crypto'
import { decodeMark, encodeMark, type Mark } from '@revoked/core'

/** The length of a nonce in characters: 48 random bits in base64url. */
export const nonceLength = 8

/** Returns a nonce, which distinguishes one write from all others. */
export function createNonce(): string {
  // Node draws random bytes for many UUIDs at once: a tenth of the time of `randomBytes(6)`.
  return Buffer.from(randomUUID().slice(-12), 'hex').toString('base64url')
}

/** Returns the value of a key: the nonce of the write, and the mark. */
export function toStored(mark: Mark): string {
  return createNonce() + encodeMark(mark)
}

/** Returns the encoded mark without the nonce. */
function encodedIn(stored: string): string {
  return stored.slice(nonceLength)
}

/**
 * Decodes a stored mark.
 *
 * @throws CorruptMarkError if the text is not a stored mark.
 */
export function fromStored(text: string): Mark {
  return decodeMark(encodedIn(text))
}
