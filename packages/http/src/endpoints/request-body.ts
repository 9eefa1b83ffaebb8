/** Reads forms out of request bodies, up to a limit: anybody may post to an endpoint. */

// Every JavaScript runtime has it; the language's own library does not declare it.
declare class TextDecoder {
  decode(bytes?: Uint8Array, options?: { readonly stream: boolean }): string
}

/** As much as the parsers of most frameworks take. */
export const maxFormBytes: number = 100 * 1_024

/** A body as Node's HTTP server has it. */
export interface NodeBody {
  readonly readableEnded?: boolean
  on(event: 'data', listener: (chunk: Uint8Array | string) => void): unknown
  on(event: 'end' | 'error' | 'close', listener: () => void): unknown
  removeListener(event: string, listener: (...args: never[]) => void): unknown
  pause(): unknown
}

/** Tells whether a body is a form, by its `Content-Type`. */
export function isForm(contentType: string | null | undefined): boolean {
  return /^application\/x-www-form-urlencoded *(?:;|$)/i.test(contentType ?? '')
}

/**
 * Returns what a body parser of the framework made of a form, or reads the body if none did.
 * `undefined` for a body of another type (JSON, say), even if a parser accepts it.
 */
export async function readNodeForm(body: NodeBody, contentType: string | undefined, parsed: unknown): Promise<unknown> {
  if (!isForm(contentType)) return undefined
  const isParsed = body.readableEnded === true || (typeof parsed === 'object' && Object.keys(parsed ?? {}).length > 0)
  return isParsed ? parsed : await readStream(body)
}

/**
 * Returns the form of a framework that parses bodies before it calls a handler. If its parser hands
 * over the stream instead, the form is read here, within the limit and the deadline of the
 * endpoint.
 */
export async function readParsedForm(contentType: string | undefined, parsed: unknown): Promise<unknown> {
  if (!isForm(contentType)) return undefined
  return isStream(parsed) ? await readStream(parsed) : parsed
}

function isStream(value: unknown): value is NodeBody {
  return typeof value === 'object' && value !== null && 'pause' in value && typeof value.pause === 'function'
}

/**
 * Reads a form. `undefined` if it is longer than the limit, or broken off. The stream is left alone
 * from there on: to destroy it would close the connection before the answer is sent.
 */
function readStream(body: NodeBody): Promise<URLSearchParams | undefined> {
  return new Promise((resolve) => {
    const decoder = new TextDecoder()
    let text = ''
    let bytes = 0
    const onData = (chunk: Uint8Array | string): void => {
      bytes += chunk.length
      if (bytes > maxFormBytes) settle(undefined)
      else text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    }
    const onEnd = (): void => settle(new URLSearchParams(text + decoder.decode()))
    const onFailure = (): void => settle(undefined)
    function settle(form: URLSearchParams | undefined): void {
      body.removeListener('data', onData)
      body.removeListener('end', onEnd)
      body.pause()
      resolve(form)
    }
    body.on('data', onData)
    body.on('end', onEnd)
    // These stay: an error without a listener would end the process.
    body.on('error', onFailure)
    body.on('close', onFailure)
  })
}

/**
 * Reads the form of a `Request`. `undefined` if it is of another type, longer than the limit, or
 * broken off.
 *
 * @throws TypeError if something has read the body before.
 */
export async function readWebForm({ headers, body, bodyUsed }: Request): Promise<URLSearchParams | undefined> {
  if (!isForm(headers.get('content-type')) || body === null) return undefined
  if (bodyUsed) throw new TypeError('The body of the request was read before: hand over the request, or a clone of it.')
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength
      if (bytes > maxFormBytes) return undefined
      text += decoder.decode(chunk, { stream: true })
    }
  } catch {
    // The client broke off.
    return undefined
  }
  return new URLSearchParams(text + decoder.decode())
}
