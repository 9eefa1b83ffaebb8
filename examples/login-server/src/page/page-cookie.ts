import type { CookieOptions, Request, Response } from 'express'

/**
 * Returns the name of the cookie that holds the token. Over HTTPS, `__Host-` makes browsers refuse
 * it from any other host and without `Secure`. Over plain HTTP, which is for one machine only, not
 * every browser would keep such a cookie.
 */
function nameFor({ secure }: Request): string {
  return secure ? '__Host-session' : 'session'
}

// Scripts cannot read it. With `lax`, browsers send it if the user follows a link from another
// site, but not if a form of another site posts.
function attributesFor({ secure }: Request): CookieOptions {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure }
}

/** Logs a browser in until an instant. */
export function setCookie(
  request: Request,
  response: Response,
  { token, endsAt }: { readonly token: string; readonly endsAt: number },
): void {
  response.cookie(nameFor(request), token, { ...attributesFor(request), maxAge: Math.max(0, endsAt - Date.now()) })
}

/** Deletes the cookie. */
export function deleteCookie(request: Request, response: Response): void {
  response.clearCookie(nameFor(request), attributesFor(request))
}

/** Returns the token of the header `Cookie`. Tokens need no decoding. */
export function readCookie(request: Request): string | undefined {
  const start = `${nameFor(request)}=`
  const pairs = request.headers.cookie?.split(';').map((pair) => pair.trim())
  return pairs?.find((pair) => pair.startsWith(start))?.slice(start.length) || undefined
}
