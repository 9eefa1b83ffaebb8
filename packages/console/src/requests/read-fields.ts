/** Narrows the fields of requests. */
import type { Target } from '@revoked/core'
import type { ConsoleRole } from '../access/access.ts'
import { RequestError } from '../answers/request-error.ts'
import { type Fields, readFields } from './read-body.ts'

/** The longest id that core takes, in UTF-16 code units. */
const maxLength = 1_024

/** @throws RequestError (400) if it is no text that core takes as an id. */
export function readText(fields: Fields, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (typeof value !== 'string' || value === '')
    throw new RequestError(400, 'invalid_request', `The field ${name} is missing.`)
  if (value.length > maxLength)
    throw new RequestError(400, 'invalid_request', `The field ${name} is longer than ${maxLength} characters.`)
  if (!value.isWellFormed())
    throw new RequestError(400, 'invalid_request', `The field ${name} contains half of a character.`)
  return value
}

/** Returns a text, or `undefined` if the field is missing or empty. */
export function readOptionalText(fields: Fields, name: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  return value === undefined || value === null || value === '' ? undefined : readText(fields, name)
}

const maxReasonLength = 64

/** @throws RequestError (400) if it is no reason as core takes it. */
export function readReason(fields: Fields): string {
  const reason = readText(fields, 'reason')
  if (reason.length <= maxReasonLength && reason.isWellFormed()) return reason
  throw new RequestError(
    400,
    'invalid_request',
    `The reason must be well-formed, of ${maxReasonLength} characters at most.`,
  )
}

const targetNames: ReadonlySet<string> = new Set([
  'subject',
  'session',
  'jti',
  'claim',
  'value',
  'everything',
  'issuer',
  'ofSubject',
])

/**
 * Reads the target of a request, of any form but `{ token }`. Core refuses one that is not exactly
 * one form.
 *
 * @throws RequestError (400).
 */
export function readTarget(fields: Fields): Target {
  const given = readFields(fields['target'], 'The target')
  const target: Record<string, string | true> = {}
  for (const name of Object.keys(given)) {
    if (!targetNames.has(name)) throw new RequestError(400, 'invalid_request', 'The target has an unknown field.')
    if (name === 'everything') {
      if (given[name] !== true) throw new RequestError(400, 'invalid_request', 'everything must be true.')
      target[name] = true
    } else target[name] = readText(given, name)
  }
  // Core narrows the forms, whose fields are all of these types.
  return target as unknown as Target
}

/** Returns the role that a person needs to change a target: `support` if it is one person. */
export function neededRole(target: Target): ConsoleRole {
  if (target.everything !== undefined || target.claim !== undefined) return 'admin'
  return target.subject !== undefined || target.session !== undefined || target.jti !== undefined ? 'support' : 'admin'
}

/** The most subjects of one request. */
const maxSubjects = 500

/** @throws RequestError (400) if it is no list of 1 to 500 texts. */
export function readSubjects(fields: Fields): readonly string[] {
  const { subjects } = fields
  if (!Array.isArray(subjects) || subjects.length === 0 || subjects.length > maxSubjects)
    throw new RequestError(400, 'invalid_request', `subjects must be a list of 1 to ${maxSubjects}.`)
  return subjects.map((subject: unknown) => readText({ subject }, 'subject'))
}
