import { createHash } from 'node:crypto'

/** Every value that must not be exported carries it. */
export const secret = 'S3CRET'

/** Returns a value that must not be exported. */
export const secretly = (name: string): string => `${secret}-${name}`

const ids = ['subject', 'other-subject', 'session', 'jti', 'client'].map(secretly)

/** What exports are searched for: each value that carries the secret, and the digests of ids. */
export interface Forbidden {
  /** The address of the server. */
  readonly port: number
  /** The names that the store gives to ids, such as digests. */
  readonly names: readonly string[]
  /** Tokens that were issued. */
  readonly tokens: readonly string[]
}

/** Returns what was found in an export of what must not be there. */
export function leaksIn(exported: unknown, { port, names, tokens }: Forbidden): readonly string[] {
  const text = JSON.stringify(exported, (_, value: unknown) => {
    if (value instanceof Map) return [...value]
    return value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value
  })
  const digests = ids.flatMap((id) =>
    (['hex', 'base64', 'base64url'] as const).map((form) => createHash('sha256').update(id).digest(form)),
  )
  const parts = tokens.flatMap((token) => token.split('.'))
  const all = [secret, '127.0.0.1', 'localhost', `:${port}`, 'redis://', ...digests, ...names, ...parts]
  return all.filter((one) => text.includes(one))
}
