import type { TokenPair } from '@revoked/jose'
import { parseCookie, stringifySetCookie } from 'cookie'

// No script can read them, and browsers send them over HTTPS only (to localhost over HTTP as well).
const protectedCookie = { httpOnly: true, secure: true } as const

/**
 * Goes with every request. `__Host-` makes browsers refuse it from any other host, so no sibling
 * domain can replace it. `lax`: a link from another site opens a page of a user who is logged in,
 * but no form of another site posts with it.
 */
const access = { ...protectedCookie, name: '__Host-access', path: '/', sameSite: 'lax' } as const

/**
 * Goes to the routes below `/session` only, hence `__Secure-`: `__Host-` would demand `path: '/'`.
 */
const refresh = { ...protectedCookie, name: '__Secure-refresh', path: '/session', sameSite: 'strict' } as const

/** The values of `Set-Cookie` for a new pair. Each cookie lives as long as its token. */
export function cookiesOf(pair: TokenPair): string[] {
  return [
    stringifySetCookie({ ...access, value: pair.accessToken, maxAge: secondsUntil(pair.accessExpiresAt) }),
    stringifySetCookie({ ...refresh, value: pair.refreshToken, maxAge: secondsUntil(pair.refreshExpiresAt) }),
  ]
}

/** The values of `Set-Cookie` that delete both. Name, path and attributes must be the same. */
export const deletedCookies: readonly string[] = [
  stringifySetCookie({ ...access, value: '', maxAge: 0 }),
  stringifySetCookie({ ...refresh, value: '', maxAge: 0 }),
]

/** The tokens of the header `Cookie`. */
export function readCookies(
  header: string | null | undefined,
): Partial<Record<'accessToken' | 'refreshToken', string>> {
  const { [access.name]: accessToken, [refresh.name]: refreshToken } = parseCookie(header ?? '')
  return { ...(accessToken && { accessToken }), ...(refreshToken && { refreshToken }) }
}

/** A number of seconds and no date: the clock of the browser does not matter. */
function secondsUntil(instant: number): number {
  return Math.max(0, Math.floor((instant - Date.now()) / 1_000))
}
