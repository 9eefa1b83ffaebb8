import { decodeMark, encodeMark, type FeedChange, type FeedPosition, type Key, type Mark } from '@revoked/core'

/** What comes through the channel: a change, or somebody's probe. */
export type FeedMessage =
  | { readonly kind: 'change'; readonly change: FeedChange }
  | { readonly kind: 'probe'; readonly probe: string; readonly position: FeedPosition }

/** The part of a change that the writer knows; the script adds the position. */
export function encodeRecorded({ scope, value }: Key, mark: Mark): string {
  return JSON.stringify([scope, value, encodeMark(mark)])
}

/** The same for a key that was forgotten. */
export function encodeForgotten({ scope, value }: Key): string {
  return JSON.stringify([scope, value])
}

/** @throws Error where it is not a message of ours. It never quotes it: messages hold ids. */
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
  const [scope, value, mark] = parse(json)
  if (typeof scope !== 'string' || typeof value !== 'string') throw unreadable()
  const key = { scope, value }
  if (mark === undefined) return { recorded: [], forgotten: [key] }
  if (typeof mark !== 'string') throw unreadable()
  return { recorded: [{ key, mark: decodeMark(mark) }], forgotten: [] }
}

function parse(json: string): unknown[] {
  try {
    const fields: unknown = JSON.parse(json)
    if (Array.isArray(fields)) return fields
  } catch {
    // A SyntaxError quotes the text, and the text holds ids: it must not become a cause.
  }
  throw unreadable()
}

function unreadable(): Error {
  return new Error(
    "A message on the feed's channel is not one that this version can read: something else publishes there, or a newer version does.",
  )
}
