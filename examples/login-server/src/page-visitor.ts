/** A device on the page, as a person sees it. */
export interface DeviceOnPage {
  readonly id: string
  readonly name: string
  readonly isOwn: boolean
}

/** A browser that visits the page, and sends its forms. It keeps the cookie and runs no script. */
export interface PageVisitor {
  /** Opens the page. Resolves with the devices on it: none if nobody is logged in. */
  readonly devices: (url: string) => Promise<readonly DeviceOnPage[]>
  /** Sends a form, as a page of this origin. Resolves with the status. Default: the page's own. */
  readonly submit: (form: PageForm) => Promise<number>
}

/** A form of the page. */
interface PageForm {
  readonly url: string
  readonly path: string
  readonly fields?: Readonly<Record<string, string>>
  /** The site of the page that sends it, as browsers report it. Default: the same origin. */
  readonly from?: 'same-origin' | 'cross-site'
}

const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** Creates a browser without cookies. */
export function createVisitor(): PageVisitor {
  let cookie = ''

  async function visit(address: string, init: RequestInit): Promise<Response> {
    const headers = { 'user-agent': userAgent, cookie, ...init.headers }
    const response = await fetch(address, { ...init, redirect: 'manual', headers })
    for (const set of response.headers.getSetCookie()) cookie = set.split(';')[0] ?? ''
    return response
  }

  return {
    devices: async (url) => devicesOn(await (await visit(`${url}/devices`, {})).text()),
    submit: async ({ url, path, fields = {}, from = 'same-origin' }) => {
      const body = new URLSearchParams(fields)
      const response = await visit(`${url}${path}`, { method: 'POST', body, headers: { 'sec-fetch-site': from } })
      await response.text()
      return response.status
    },
  }
}

function devicesOn(page: string): readonly DeviceOnPage[] {
  const items = page.match(/<li class="session[\s\S]*?<\/li>/g) ?? []
  return items.map((item) => ({
    id: /name="id" value="([^"]+)"/.exec(item)?.[1] ?? '',
    name: /<bdi>(.*?)<\/bdi>/.exec(item)?.[1] ?? '',
    isOwn: item.includes('This device'),
  }))
}
