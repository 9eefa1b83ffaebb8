import { RequestError } from '../answers/request-error.ts'

/** Longer than 500 ids of the longest kind, as JSON writes them. */
const maxBytes = 1_024 * 1_024

/** The fields of a request. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * Reads the JSON object of a request.
 *
 * @throws RequestError (400, or 413 for a body of more than 1 MiB).
 */
export async function readBody(request: Request): Promise<Fields> {
  return readFields(parse(await readText(request)), 'The body')
}

/** @throws RequestError (400) if it is not an object. */
export function readFields(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RequestError(400, 'invalid_request', `${name} must be an object.`)
  return value as Fields
}

async function readText({ body }: Request): Promise<string> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new RequestError(413, 'invalid_request', 'The request is too long.')
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The message of the error would contain a part of the text.
    throw new RequestError(400, 'invalid_request', 'The body must be JSON.')
  }
}
