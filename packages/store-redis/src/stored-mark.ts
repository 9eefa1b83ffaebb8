import { randomBytes } from 'node:crypto'
import { decodeMark, encodeMark, type Mark } from '@revoked/core'

/** Characters of the nonce: 48 random bits in base64url. */
const nonceLength = 8

/** Tells one write from all others. */
export function createNonce(): string {
  return randomBytes(6).toString('base64url')
}

/** What a key holds: the nonce of the write that put it there, and the mark. */
export function toStored(nonce: string, mark: Mark): string {
  return nonce + encodeMark(mark)
}

/** @throws CorruptMarkError where it is not a stored mark. */
export function fromStored(text: string): Mark {
  return decodeMark(text.slice(nonceLength))
}
