import { open } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'

/**
 * Yields the lines of a stream of UTF-8. A line ends with a line feed alone: `readline` would also
 * end one at U+2028, which JSON does not escape.
 */
export async function* linesOf(stream: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  rest += decoder.end()
  if (rest !== '') yield rest
}

/** Returns the last line of a file, without reading what precedes it. */
export async function lastLineOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const length = Math.min(size, 4_096)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').at(-1) ?? ''
  } finally {
    await file.close()
  }
}
