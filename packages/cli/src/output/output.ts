import { escapeControls, printable } from './printable.ts'
import { createStyle, hasColours, type Style } from './style.ts'

/** What a command writes to: results to stdout, everything else to stderr. */
export interface Output {
  /** Whether results are JSON. */
  readonly json: boolean
  /** The style of stdout. */
  readonly style: Style
  /** The style of stderr. */
  readonly noteStyle: Style
  /** Writes a line of the result. */
  readonly line: (text: string) => void
  /** Writes a value as one line of JSON. */
  readonly value: (value: unknown) => void
  /** Writes a line for people, which is no part of the result. */
  readonly note: (text: string) => void
}

/** Returns the output of this process. */
export function createOutput(json: boolean): Output {
  const { stdout, stderr, env } = process
  return {
    json,
    style: createStyle(hasColours(stdout, env)),
    noteStyle: createStyle(hasColours(stderr, env)),
    line: (text) => void stdout.write(`${printable(text)}\n`),
    value: (value) => void stdout.write(`${escapeControls(JSON.stringify(value))}\n`),
    note: (text) => void stderr.write(`${printable(text)}\n`),
  }
}
