import { HttpError } from './http-error.ts'

/** The longest accepted field, in characters. Tokens are shorter. */
const maxLength = 2_048

/**
 * Reads the named fields of a JSON body, each a non-empty string.
 *
 * @throws HttpError (400) if a field is missing or has another type.
 */
export function readFields<Name extends string>(body: unknown, ...names: readonly Name[]): Record<Name, string> {
  if (typeof body !== 'object' || body === null) throw new HttpError(400, 'invalid_request')
  return Object.fromEntries(names.map((name) => [name, readField(body, name)])) as Record<Name, string>
}

function readField(body: object, name: string): string {
  const value: unknown = Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined
  if (typeof value === 'string' && value !== '' && value.length <= maxLength) return value
  throw new HttpError(400, 'invalid_request')
}
