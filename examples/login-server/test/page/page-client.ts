import { type OpenServer, openServer } from '../open-server.ts'

/** What a page request sends. */
interface Visit {
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer, with the whole page. */
interface PageAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A browser without a script, that keeps the cookie and does not follow redirects. */
export interface PageClient {
  cookie: string
  send(request: string, visit?: Visit): Promise<PageAnswer>
  /** Logs in, which must succeed. */
  logIn(user: string, password: string): Promise<void>
}

/** Creates a browser at a server. */
export function pageClient({ url }: Pick<OpenServer, 'url'>, userAgent = 'curl/8'): PageClient {
  const client: PageClient = {
    cookie: '',
    send: async (request, { form, headers } = {}) => {
      const [method = '', path = ''] = request.split(' ')
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        headers: { 'user-agent': userAgent, ...(client.cookie !== '' && { cookie: client.cookie }), ...headers },
        ...(form !== undefined && { body: new URLSearchParams(form) }),
      })
      const [set] = response.headers.getSetCookie()
      if (set !== undefined) client.cookie = set.split(';')[0] ?? ''
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
    logIn: async (user, password) => {
      const { status } = await client.send('POST /devices/login', { form: { user, password } })
      if (status !== 303) throw new Error(`The login of ${user} answered ${status}.`)
    },
  }
  return client
}

/** Opens a server, and two browsers that are logged in there as ada. */
export async function twoDevices() {
  const server = await openServer()
  const here = pageClient(server, 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')
  const there = pageClient(server, 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1')
  await here.logIn('ada', 'analytical-engine')
  await there.logIn('ada', 'analytical-engine')
  return { server, here, there }
}

/**
 * Returns the ids of the sessions on a page, in their order, that of the own one first if it is.
 */
export function idsOn({ text }: Pick<PageAnswer, 'text'>): string[] {
  return [...text.matchAll(/name="id" value="([^"]+)"/g)].map(([, id]) => id ?? '')
}
