/** A token, or why there is none. */
export type FoundToken =
  | { readonly token: string; readonly problem?: never }
  | { readonly token?: never; readonly problem: 'missing' | 'malformed' }

const missing: FoundToken = { problem: 'missing' }
const malformed: FoundToken = { problem: 'malformed' }

/**
 * Reads an `Authorization` header (RFC 6750, section 2.1). Another scheme, such as `Basic`,
 * contains no token.
 */
export function readBearer(authorization: string | null | undefined): FoundToken {
  if (typeof authorization !== 'string') return missing
  const token = /^bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1]
  if (token !== undefined) return { token }
  return /^bearer(?: |$)/i.test(authorization) ? malformed : missing
}

/** Reads what a `getToken` function returned. */
export function readGiven(token: string | undefined): FoundToken {
  return token === undefined || token === '' ? missing : { token }
}
