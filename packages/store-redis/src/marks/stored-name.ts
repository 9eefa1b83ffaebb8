import type { Key } from '@revoked/core'
import { isPlain } from './key-space.ts'

/** A digest, as it stands for a value. */
const digest = /^#[\w-]{43}$/

/**
 * Checks that a key is named as this store names keys.
 *
 * @throws TypeError if it is not. It does not quote the key.
 */
export function assertStoredName({ value }: Key, hashIds: boolean): void {
  if (digest.test(value) || (!hashIds && isPlain(value))) return
  throw new TypeError(
    `A key is not named as this store names keys, so that nothing would find it: hashIds is ${String(hashIds)} here.`,
  )
}
