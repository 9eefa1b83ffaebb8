import { decodeMark, type FeedChange, type FeedPosition, type Key, type KeyedMark } from '@revoked/core'
import { encodedIn } from '../marks/stored-mark.ts'

/** A message on the channel of the log: a change, or the probe of any follower. */
export type FeedMessage =
  | { readonly kind: 'change'; readonly change: FeedChange }
  | { readonly kind: 'probe'; readonly probe: string; readonly position: FeedPosition }

/**
 * Returns one part of a change, which the script puts into an array: the key, and the mark that it
 * holds now, if any.
 */
export function encodeChange({ scope, value }: Key, stored: string): string {
  return JSON.stringify(stored === '' ? [scope, value] : [scope, value, encodedIn(stored)])
}

/**
 * Decodes a message.
 *
 * @throws Error if this version cannot read it. The error never quotes the message, which contains
 *   ids.
 */
export function decodeMessage(text: string): FeedMessage {
  const [kind, epoch, sequence, tip, ...rest] = text.split('\n')
  if (epoch === undefined || tip === undefined || !/^\d+$/.test(sequence ?? '')) throw unreadable()
  const position = { epoch, sequence: Number(sequence), tip }
  const [first, second] = rest
  if (kind === 'probe' && first !== undefined) return { kind, probe: first, position }
  if (kind !== 'change' || first === undefined || second === undefined) throw unreadable()
  return { kind, change: { position, previousTip: first, ...decodeChange(second) } }
}

function decodeChange(json: string): Pick<FeedChange, 'recorded' | 'forgotten'> {
  const recorded: KeyedMark[] = []
  const forgotten: Key[] = []
  for (const part of parse(json)) {
    if (!Array.isArray(part)) throw unreadable()
    const [scope, value, mark]: unknown[] = part
    if (typeof scope !== 'string' || typeof value !== 'string') throw unreadable()
    const key = { scope, value }
    if (mark === undefined) forgotten.push(key)
    else if (typeof mark === 'string') recorded.push({ key, mark: decodeMark(mark) })
    else throw unreadable()
  }
  return { recorded, forgotten }
}

function parse(json: string): unknown[] {
  try {
    const fields: unknown = JSON.parse(json)
    if (Array.isArray(fields)) return fields
  } catch {
    // A SyntaxError quotes the text, which contains ids, so it must not become a cause.
  }
  throw unreadable()
}

function unreadable(): Error {
  return new Error(
    "A message on the feed's channel is not one that this version can read: something else publishes there, or a newer version does.",
  )
}
