import { CookieJar } from 'tough-cookie'

/** A request that a page sends. */
export interface Visit {
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** The site of that page. Default: a page of the server. */
  readonly from?: 'same-origin' | 'same-site' | 'cross-site'
}

/** Creates a client that keeps and sends cookies by their attributes, as browsers do. */
export function createBrowser(origin: string) {
  // Browsers accept cookies with `Secure` from the local machine over HTTP as well.
  const jar = new CookieJar(undefined, { prefixSecurity: 'strict', allowSecureOnLocal: true })

  async function cookiesFor(
    path: string,
    from: Visit['from'] = 'same-origin',
  ): Promise<Readonly<Record<string, string>>> {
    const sameSiteContext = from === 'cross-site' ? 'none' : 'strict'
    const cookies = await jar.getCookies(origin + path, { sameSiteContext })
    return Object.fromEntries(cookies.map(({ key, value }) => [key, value]))
  }

  async function send(request: string, { json, headers, from = 'same-origin' }: Visit = {}) {
    const [method = '', path = ''] = request.split(' ')
    const cookies = Object.entries(await cookiesFor(path, from)).map(([name, value]) => `${name}=${value}`)
    const response = await fetch(origin + path, {
      method,
      headers: {
        'sec-fetch-site': from,
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(cookies.length > 0 && { cookie: cookies.join('; ') }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      signal: AbortSignal.timeout(10_000),
    })
    const setCookie = response.headers.getSetCookie()
    for (const cookie of setCookie) await jar.setCookie(cookie, origin + path, { sameSiteContext: 'strict' })
    return { status: response.status, text: await response.text(), setCookie }
  }

  return { send, cookiesFor }
}
