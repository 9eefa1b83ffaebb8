const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Tells whether a page of another origin made a browser send the request. Cookies need this check
 * against CSRF besides `SameSite`, which lets sibling domains (same site, another origin) pass.
 *
 * All current browsers send `Sec-Fetch-Site` over HTTPS, and no script can forge it. Older browsers
 * send `Origin` with each POST. A request without both headers comes from another kind of client,
 * which sends cookies only on purpose. So neither tokens in forms nor state are needed. Requests of
 * safe methods pass, because they must not change anything.
 */
export function isCrossOrigin(method: string, header: (name: string) => string | null | undefined): boolean {
  if (safeMethods.has(method)) return false
  const site = header('sec-fetch-site')
  // `none`: the user typed the address or used a bookmark.
  if (site) return site !== 'same-origin' && site !== 'none'
  const origin = header('origin')
  if (!origin) return false
  // Sandboxed frames have the origin `null`.
  return !URL.canParse(origin) || new URL(origin).host !== header('host')
}
