import type { TokenPair } from '@revoked/jose'
import { parseCookie, stringifySetCookie } from 'cookie'

// Scripts cannot read these cookies. Browsers send them over HTTPS only (to localhost over HTTP
// too).
const protectedCookie = { httpOnly: true, secure: true } as const

/**
 * The cookie with the access token, for all routes. `__Host-` makes browsers refuse it from any
 * other host, so no sibling domain can replace it. With `lax`, browsers send it if the user follows
 * a link from another site, but not if a form of another site posts.
 */
const access = { ...protectedCookie, name: '__Host-access', path: '/', sameSite: 'lax' } as const

/**
 * The cookie with the refresh token, for the routes below `/session` only. It has `__Secure-`,
 * because `__Host-` requires `path: '/'`.
 */
const refresh = { ...protectedCookie, name: '__Secure-refresh', path: '/session', sameSite: 'strict' } as const

/** Returns the values of `Set-Cookie` for a new pair. Each cookie expires with its token. */
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

/** Returns the tokens of the header `Cookie`. */
export function readCookies(
  header: string | null | undefined,
): Partial<Record<'accessToken' | 'refreshToken', string>> {
  const { [access.name]: accessToken, [refresh.name]: refreshToken } = parseCookie(header ?? '')
  return { ...(accessToken && { accessToken }), ...(refreshToken && { refreshToken }) }
}

/** Returns seconds instead of a date, so that the clock of the browser does not matter. */
function secondsUntil(instant: number): number {
  return Math.max(0, Math.floor((instant - Date.now()) / 1_000))
}
