/**
 * Characters that control a terminal, end a line or change its order, and halves of characters.
 * Zero-width joiners are left: names have them.
 */
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/** A code of `Style`, or a character that is unsafe. A code begins with such a character. */
const unsafeOrStyle = new RegExp(`\\u001b\\[(?:1|2|22|31|32|33|39)m|${unsafe.source}`, 'gu')

/** The same of JSON, without the controls that it escapes anyway. */
const unsafeInJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/**
 * Returns what a store or the input holds, such as an id or a reason, as text for a terminal. It
 * could contain escape sequences, line feeds that forge a line, or our own colours.
 */
export function shown(text: string): string {
  return text.replace(unsafe, '\ufffd')
}

/** Returns a line without what would control a terminal. Colours are left. */
export function printable(line: string): string {
  return line.replace(unsafeOrStyle, (found) => (found.length > 1 ? found : '\ufffd'))
}

/**
 * Returns JSON with such characters escaped, which is the same value: it may be printed on a
 * terminal, too.
 */
export function escapeControls(json: string): string {
  return json.replace(unsafeInJson, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
