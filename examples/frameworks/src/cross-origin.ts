const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Tells whether a page of another origin made a browser send the request: what cookies need against
 * CSRF beside `SameSite`, which lets sibling domains (same site, another origin) through.
 *
 * All current browsers send `Sec-Fetch-Site` over HTTPS, and no script can forge it. Older ones
 * send `Origin` with each POST. A request with neither is of no browser, and nobody else sends
 * cookies without meaning to. So no token in forms is needed, and no state. Requests of the safe
 * methods pass: they must not change anything.
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
