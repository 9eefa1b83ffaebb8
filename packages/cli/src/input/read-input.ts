import { createReadStream } from 'node:fs'
import { CliError, misuse } from '../errors.ts'

/** Which input is read, and how much of it at most. */
export interface InputLimits {
  /** The name of the option that gives the file, for errors: `--file`. */
  readonly option: string
  readonly maxBytes: number
}

/**
 * Reads a file, or stdin if it is called `-`, as UTF-8.
 *
 * @throws CliError (misuse, rejects) if it cannot be read, is larger, or is no UTF-8: an id with
 *   other characters in the place of its own would be that of somebody else.
 */
export async function readInput(file: string, { option, maxBytes }: InputLimits): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      chunks.push(chunk)
      size += chunk.length
      if (size > maxBytes) throw misuse(`The input of ${option} is too large: more than ${sizeOf(maxBytes)}.`)
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw misuse(`The file of ${option} cannot be read: ${String(Object(cause).code)}.`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw misuse(`The input of ${option} is not UTF-8. Convert it: iconv -f utf-16 -t utf-8.`)
  }
}

function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${bytes / 1_000} kB` : `${bytes / 1_000_000} MB`
}
