/**
 * Returns a text without tokens and without credentials and hosts of addresses, whatever a library
 * put into it.
 */
export function scrub(text: string): string {
  return text
    .replace(/[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '[token]')
    .replace(/\b([a-z][a-z+]*:\/\/)[^\s'"]+/gi, '$1[address]')
    .replace(/\bsqlite:[^\s'"]+/gi, 'sqlite:[path]')
}
