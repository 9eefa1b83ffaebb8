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
  return readFields(parse(decode(await readBytes(request))), 'The body')
}

/** @throws RequestError (400) if it is not an object. */
export function readFields(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RequestError(400, 'invalid_request', `${name} must be an object.`)
  return value as Fields
}

async function readBytes({ body }: Request): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new RequestError(413, 'invalid_request', 'The request is too long.')
    chunks.push(chunk)
  }
  return chunks
}

/** Refuses what is not UTF-8: with replaced characters, an id would be that of somebody else. */
function decode(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode()
  } catch {
    throw new RequestError(400, 'invalid_request', 'The body must be UTF-8.')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The message of the error would contain a part of the text.
    throw new RequestError(400, 'invalid_request', 'The body must be JSON.')
  }
}
