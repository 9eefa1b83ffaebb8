import { createHash } from 'node:crypto'
import { inspect } from 'node:util'

/** Every value that must not be exported carries it. */
export const secret = 'S3CRET'

/** Returns a value that must not be exported. */
export const secretly = (name: string): string => `${secret}-${name}`

/** The ids that the run uses. */
export const ids: readonly string[] = [
  'subject',
  'other-subject',
  'third',
  'fourth',
  'fifth',
  'session',
  'jti',
  'client',
  'nonce',
].map(secretly)

/** What exports are searched for: each value that carries the secret, and the digests of ids. */
export interface Forbidden {
  /** Where the server is: its port, its URL, the path of its file. */
  readonly addresses: readonly string[]
  /** The names that the store gives to ids, such as digests. */
  readonly names: readonly string[]
  /** Tokens that were issued, and ids of sessions. */
  readonly tokens: readonly string[]
}

/**
 * Returns what was found in an export of what must not be there: in errors, maps and symbols, too.
 */
export function leaksIn(exported: unknown, { addresses, names, tokens }: Forbidden): readonly string[] {
  const text = inspect(exported, {
    depth: Number.POSITIVE_INFINITY,
    maxArrayLength: null,
    maxStringLength: null,
    breakLength: Number.POSITIVE_INFINITY,
  })
  const digests = ids.flatMap((id) =>
    (['hex', 'base64', 'base64url'] as const).map((form) => createHash('sha256').update(id).digest(form)),
  )
  const parts = tokens.flatMap((token) => token.split('.'))
  const all = [
    secret,
    '127.0.0.1',
    'localhost',
    'redis://',
    'postgres://',
    'postgresql://',
    ...addresses,
    ...digests,
    ...names,
    ...parts,
  ]
  return all.filter((one) => text.includes(one))
}
