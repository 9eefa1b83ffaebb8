/** The parameters of a form. One without a value is left out, as if it had not been sent (RFC 6749, section 3.2). */
export type Form = ReadonlyMap<string, string>

/** Reads a parsed body. `undefined` where it is no form, or where a parameter came twice: nobody can tell which one was meant. */
export function readForm(body: unknown): Form | undefined {
  const entries = entriesOf(body)
  if (entries === undefined) return undefined
  const form = new Map<string, string>()
  const seen = new Set<string>()
  for (const [name, value] of entries) {
    // Body parsers make an array of a parameter that came twice, and objects of names such as `token[a]`.
    if (typeof value !== 'string' || seen.has(name)) return undefined
    seen.add(name)
    if (value !== '') form.set(name, value)
  }
  return form
}

function entriesOf(body: unknown): Iterable<readonly [string, unknown]> | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  return body instanceof URLSearchParams ? body : Object.entries(body)
}
