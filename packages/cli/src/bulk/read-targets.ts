import type { CutoffTarget, JtiTarget, SessionTarget } from '@revoked/core'
import { type CliError, misuse } from '../errors.ts'
import { given } from '../store/backend.ts'

/** What a line of the input names. */
export interface BulkItem {
  readonly target: CutoffTarget | JtiTarget | SessionTarget
  /** Why, if the line says it. */
  readonly reason: string | undefined
  /** The number of the line, from 1. */
  readonly line: number
}

/** What a line names, apart from where it is. */
type Named = Omit<BulkItem, 'line'>

/** How lines that are no JSON are read. */
export interface LineReading {
  readonly as: 'subject' | 'session' | 'jti'
  /** Set if each line is a value of this claim. */
  readonly claim: string | undefined
  /** Set if targets name their issuer. */
  readonly issuer: string | undefined
}

/**
 * Returns the targets that a text names, one a line: an id, or JSON such as `{"subject": "ada",
 * "reason": "leaked"}`. Empty lines are skipped.
 *
 * @throws CliError (misuse) with the numbers of wrong lines. It quotes nothing.
 */
export function readTargets(text: string, reading: LineReading): readonly BulkItem[] {
  const items: BulkItem[] = []
  const wrong: number[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const content = line.trim()
    if (content === '') continue
    const item = content.startsWith('{')
      ? itemOf(content, reading)
      : { target: targetOf(content, reading), reason: undefined }
    if (item === undefined) wrong.push(index + 1)
    else items.push({ ...item, line: index + 1 })
  }
  if (wrong.length === 0) return items
  throw wrongLines(wrong, 'give ids, or JSON with exactly one of subject, session, jti, or claim and value')
}

/** Returns the error for lines that are wrong, by their numbers. */
export function wrongLines(lines: readonly number[], what: string): CliError {
  const named = lines.slice(0, 5).join(', ') + (lines.length > 5 ? ` and ${lines.length - 5} more` : '')
  const count = lines.length === 1 ? 'A line is' : `${lines.length} lines are`
  return misuse(`${count} wrong (${named}): ${what}. Nothing was revoked.`)
}

function targetOf(value: string, { as, claim, issuer }: LineReading): BulkItem['target'] {
  const named = given({ issuer })
  if (claim !== undefined) return { claim, value, ...named }
  if (as === 'session') return { session: value, ...named }
  return as === 'jti' ? { jti: value, ...named } : { subject: value, ...named }
}

function itemOf(json: string, reading: LineReading): Named | undefined {
  const fields = fieldsOf(json)
  if (fields === undefined) return undefined
  const { subject, session, jti, claim, value, reason, ...others } = fields
  const named = Object.entries({ subject, session, jti, claim }).filter(([, text]) => text !== undefined)
  const [first] = named
  if (first === undefined || named.length !== 1 || Object.keys(others).length > 0) return undefined
  if ((claim === undefined) !== (value === undefined)) return undefined
  const [as, text] = first
  const { issuer } = reading
  if (as === 'claim') return { target: targetOf(value ?? '', { as: 'subject', claim: text, issuer }), reason }
  return { target: targetOf(text ?? '', { as: as as LineReading['as'], claim: undefined, issuer }), reason }
}

/** Returns the fields of an object of texts, or `undefined` for anything else. */
function fieldsOf(json: string): Readonly<Partial<Record<string, string>>> | undefined {
  try {
    const fields: unknown = JSON.parse(json)
    if (Object.values(Object(fields)).every((value) => typeof value === 'string')) return Object(fields)
  } catch {
    // A SyntaxError quotes the line.
  }
  return undefined
}
