import type { Key } from '@revoked/core'

/** A key as people read it. */
export interface KeyInJson {
  readonly scope: string
  readonly value: string
  /** With several issuers, the one that the key is of. Not if the store keeps hashes of ids. */
  readonly issuer?: string
}

/**
 * Returns a key as people read it. If there are several issuers, core joins the issuer and the
 * value of a key, as JSON.
 */
export function keyInJson({ scope, value }: Key, hasIssuers: boolean): KeyInJson {
  const [issuer, own] = hasIssuers ? partsOf(value) : []
  return typeof issuer === 'string' && typeof own === 'string' ? { scope, value: own, issuer } : { scope, value }
}

function partsOf(value: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(value)
    return Array.isArray(parts) && parts.length === 2 ? parts : []
  } catch {
    // A hash.
    return []
  }
}
