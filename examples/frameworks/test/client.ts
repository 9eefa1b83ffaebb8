import { expect } from 'vitest'

/** The answer to a request. */
export interface Reply {
  readonly status: number
  readonly challenge: string | null
  readonly retryAfter: string | null
  readonly body: unknown
}

/** The parts of a request besides its path. */
export interface Sent {
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  readonly authorization?: string
}

/** Creates a client that expects every refusal to contain no secrets. */
export function createClient(url: string) {
  return async function send(request: string, { json, form, authorization }: Sent = {}): Promise<Reply> {
    const [method = '', path = ''] = request.split(' ')
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(authorization !== undefined && { authorization }),
      },
      body: json === undefined ? ((form && new URLSearchParams(form)) ?? null) : JSON.stringify(json),
      signal: AbortSignal.timeout(10_000),
    })
    const text = await response.text()
    if (!response.ok) {
      const all = JSON.stringify([text, ...response.headers])
      for (const internal of ['S3CRET', 'eyJ', ' at ', 'node_modules', 'analytical'])
        expect(all).not.toContain(internal)
    }
    return {
      status: response.status,
      challenge: response.headers.get('www-authenticate'),
      retryAfter: response.headers.get('retry-after'),
      body: text === '' ? undefined : JSON.parse(text),
    }
  }
}

export function bearer(token: string): Sent {
  return { authorization: `Bearer ${token}` }
}
