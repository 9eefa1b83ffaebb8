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
    value: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    note: (text) => void stderr.write(`${printable(text)}\n`),
  }
}

/**
 * The codes of {@link Style}, control characters, and characters that reorder a line. A code begins
 * with a control character.
 */
const controls = /\p{Cc}\[(?:1|2|22|31|32|33|39)m|[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Returns text without what would control a terminal. Reasons and ids come from a store, and could
 * contain escape sequences. Colours are left.
 */
export function printable(text: string): string {
  return text.replace(controls, (found) => {
    const isAllowed = found === '\n' || found === '\t' || (found.length > 1 && found.startsWith('\u001b'))
    return isAllowed ? found : '\ufffd'
  })
}
