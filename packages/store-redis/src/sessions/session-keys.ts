import { hashed, isPlain } from '../marks/key-space.ts'
import type { RedisSessionsOptions } from './session-options.ts'
import { toStoredText } from './stored-session.ts'

/** The keys of the sessions of one subject. They share a hash tag, and so a node of a Cluster. */
export interface SessionKeys {
  /** The key of a hash: the sessions as texts, by id. */
  readonly open: string
  /** The key of a sorted set: the ids by the expiry of their sessions, in ms since the epoch. */
  readonly expiry: string
}

/**
 * Returns the keys of a subject, which an operator can read. They never equal those of another
 * subject or prefix: the subject ends at the brace, and the prefix at the last colon before it.
 */
export function sessionKeysOf({ prefix, hashSubjects }: Required<RedisSessionsOptions>, subject: string): SessionKeys {
  const tag = `{${prefix}:${hashSubjects ? hashed(toStoredText(subject)) : readableSubject(subject)}}`
  return { open: `${tag}:open`, expiry: `${tag}:expiry` }
}

/** Returns the subject, or its digest if it is long or contains unsafe characters. */
function readableSubject(subject: string): string {
  if (!isPlain(subject)) return hashed(toStoredText(subject))
  return subject.replace(/[%:{}]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
