import { createHash } from 'node:crypto'
import type { Key } from '@revoked/core'

/** Begins the names of values that are replaced by their SHA-256. */
const digestPrefix = '#sha256:'

/** PostgreSQL refuses rows of an index beyond 2,704 bytes. A character takes up to three. */
const maxLength = 256

/**
 * Returns the function that names keys as they are stored. Values that PostgreSQL cannot store, or
 * not in an index, are replaced by their SHA-256, and with `hashIds` all of them.
 */
export function keyNamer(hashIds: boolean): (key: Key) => Key {
  const nameOf = hashIds ? digestOf : storableName
  return (key) => {
    const { scope, value } = key
    const name = nameOf(value)
    const scopeName = storableName(scope)
    return name === value && scopeName === scope ? key : { scope: scopeName, value: name }
  }
}

/** Returns a text, or its digest. Different texts have different names. */
export function storableName(text: string): string {
  const isStorable =
    text.length <= maxLength && !text.includes('\0') && !text.startsWith(digestPrefix) && text.isWellFormed()
  return isStorable ? text : digestOf(text)
}

/** Returns the digest of the characters. UTF-8 would replace halves of surrogate pairs. */
export function digestOf(text: string): string {
  return `${digestPrefix}${createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('base64url')}`
}

/**
 * Checks that a key is named as `keyNamer` names keys.
 *
 * @throws TypeError if it is not. It does not quote the key.
 */
export function assertStoredName({ scope, value }: Key, hashIds: boolean): void {
  if (isStoredName(scope) && (hashIds ? isDigest(value) : isStoredName(value))) return
  throw new TypeError(
    `A key is not named as this store names keys, so that nothing would find it: hashIds is ${String(hashIds)} here.`,
  )
}

function isStoredName(text: string): boolean {
  return isDigest(text) || storableName(text) === text
}

function isDigest(text: string): boolean {
  return text.startsWith(digestPrefix) && /^[\w-]{43}$/.test(text.slice(digestPrefix.length))
}
