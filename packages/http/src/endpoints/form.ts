import { maxFormBytes } from './request-body.ts'

/**
 * The parameters of a form. One without a value counts as not sent (RFC 6749, section 3.2), so it
 * is not in here.
 */
export type Form = ReadonlyMap<string, string>

/**
 * Reads a parsed body. Returns `undefined` if it is no form, or if a parameter came twice: which
 * one was meant is unknown.
 */
export function readForm(body: unknown): Form | undefined {
  const entries = entriesOf(body)
  if (entries === undefined) return undefined
  let length = 0
  const form = new Map<string, string>()
  const seen = new Set<string>()
  for (const [name, value] of entries) {
    // Body parsers make an array of a parameter that came twice, and objects of names such as
    // `token[a]`.
    if (typeof value !== 'string' || seen.has(name)) return undefined
    // The parser of a framework may accept more.
    length += name.length + value.length
    if (length > maxFormBytes) return undefined
    seen.add(name)
    if (value !== '') form.set(name, value)
  }
  return form
}

function entriesOf(body: unknown): Iterable<readonly [string, unknown]> | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  return body instanceof URLSearchParams ? body : Object.entries(body)
}
