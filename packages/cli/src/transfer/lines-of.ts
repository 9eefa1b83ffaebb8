import { open } from 'node:fs/promises'
import { CliError, misuse } from '../errors.ts'
import { exitCode } from '../exit-code.ts'

/** No mark is as long, in characters. */
const longestLine = 10_000_000

/**
 * Yields the lines of a stream of UTF-8. A line ends with a line feed alone: `readline` would also
 * end one at U+2028, which JSON does not escape.
 *
 * @throws CliError (rejects) if it cannot be read, is no UTF-8, or has a line without an end.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of readable(stream)) {
    const lines = (rest + decoded(() => decoder.decode(chunk, { stream: true }))).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) throw noText()
    yield* lines
  }
  rest += decoded(() => decoder.decode())
  if (rest !== '') yield rest
}

/** An id with other characters in the place of its own would be that of somebody else. */
function decoded(decode: () => string): string {
  try {
    return decode()
  } catch {
    throw noText()
  }
}

function noText(): CliError {
  return new CliError('The input is no export: it is not UTF-8, or has a line of more than 10 MB.', exitCode.failed)
}

async function* readable(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* stream
  } catch (cause) {
    const { code } = Object(cause) as { readonly code?: unknown }
    if (code === 'ABORT_ERR') throw cause
    throw unreadable(code)
  }
}

function unreadable(code: unknown): CliError {
  return misuse(`The file of --file cannot be read: ${String(code)}.`)
}

/** Returns the last line of a file, without reading what precedes it. */
export async function lastLineOf(path: string): Promise<string> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(Object(cause).code)
  })
  try {
    const { size } = await file.stat()
    const length = Math.min(size, 4_096)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').at(-1) ?? ''
  } finally {
    await file.close()
  }
}
