import { readFields } from '../fields.ts'
import { HttpError } from '../http-error.ts'

/** Longer than every session id. */
const maxLength = 200

/**
 * Reads the session id of a form.
 *
 * @throws HttpError (400) if there is none, or it is too long for one.
 */
export function readSessionId(body: unknown): string {
  const { id } = readFields(body, 'id')
  if (id.length > maxLength) throw new HttpError(400, 'invalid_request')
  return id
}
