import type { Key, Mark } from '@revoked/core'

/** Returns a mark that revokes everything for an hour, apart from the given fields. */
export function someMark(fields: Partial<Mark> = {}): Mark {
  return { cutoff: Infinity, expiresAt: Date.now() + 3_600_000, ...fields }
}

/** Returns the key of a token. */
export function token(value: string): Key {
  return { scope: 'jti', value }
}

/** Resolves to whether the promise settles within a time, in ms. */
export async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  const settled = promise.then(
    () => true,
    () => true,
  )
  const result = await Promise.race([settled, late])
  clearTimeout(timer)
  return result
}
