import { CookieJar } from 'tough-cookie'

/** What a page sends, and from where. */
export interface Visit {
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Which page makes the browser send it. Default: one of the server itself. */
  readonly from?: 'same-origin' | 'same-site' | 'cross-site'
}

/** A browser, as far as cookies go: their attributes decide when it sends them. */
export function createBrowser(origin: string) {
  // Browsers take cookies with `Secure` from the local machine over HTTP as well.
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
