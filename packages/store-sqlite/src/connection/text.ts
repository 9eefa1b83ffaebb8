/** Stands before the code of an escaped character. Texts seldom contain it. */
const marker = '\u0001'

/**
 * Returns a text as it is stored: without NUL. `node:sqlite` of Node 22.13 reads a text up to its
 * first NUL only, and would mix keys up in the change log. {@link fromStored} returns the text.
 */
export function toStored(text: string): string {
  if (!text.includes('\0') && !text.includes(marker)) return text
  return text.replaceAll(marker, `${marker}1`).replaceAll('\0', `${marker}0`)
}

/** Returns the text of a column that {@link toStored} has made. */
export function fromStored(column: unknown): string {
  const text = String(column)
  if (!text.includes(marker)) return text
  return text.replaceAll(`${marker}0`, '\0').replaceAll(`${marker}1`, marker)
}
