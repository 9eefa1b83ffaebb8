/** Reads the bodies of requests for handlers of the Fetch Standard, up to a limit. */
import { isForm, type NodeBody } from './request-body.ts'

const maxBytes = 1_024 * 1_024

// Every JavaScript runtime has it; the language's own library does not declare it.
declare class TextEncoder {
  encode(text: string): Uint8Array
}

/**
 * Returns the body of a request of Node, or what a parser of the framework made of it. `undefined`
 * if it is longer than 1 MiB, or broken off.
 */
export async function readNodeBody(
  body: NodeBody,
  contentType: string | undefined,
  parsed: unknown,
): Promise<Uint8Array | string | undefined> {
  const isParsed = body.readableEnded === true || (typeof parsed === 'object' && Object.keys(parsed ?? {}).length > 0)
  return isParsed ? unparsed(parsed, contentType) : await readBytes(body)
}

/** Returns a body that the framework has parsed as it was sent, up to spaces and the like. */
export function unparsed(parsed: unknown, contentType: string | undefined): Uint8Array | string {
  if (parsed === undefined || parsed === null) return ''
  if (typeof parsed === 'string' || parsed instanceof Uint8Array) return parsed
  if (!isForm(contentType)) return JSON.stringify(parsed)
  const pairs = Object.entries(parsed).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  )
  return new URLSearchParams(pairs).toString()
}

/** Reads a stream. It is left alone from the limit on: to destroy it would close the connection. */
function readBytes(body: NodeBody): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    let length = 0
    const onData = (chunk: Uint8Array | string): void => {
      const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
      length += bytes.length
      if (length > maxBytes) settle(undefined)
      else chunks.push(bytes)
    }
    const onEnd = (): void => settle(joined(chunks, length))
    const onFailure = (): void => settle(undefined)
    function settle(bytes: Uint8Array | undefined): void {
      body.removeListener('data', onData)
      body.removeListener('end', onEnd)
      body.pause()
      resolve(bytes)
    }
    body.on('data', onData)
    body.on('end', onEnd)
    // These stay: an error without a listener would end the process.
    body.on('error', onFailure)
    body.on('close', onFailure)
  })
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
