import { hashed, isPlain } from '../marks/key-space.ts'
import type { RedisSessionsOptions } from './session-options.ts'
import { toStoredText } from './stored-session.ts'

/** The keys of the sessions of one subject. They share a hash tag, and so a node of a Cluster. */
interface SessionKeys {
  /** The key of a hash: the sessions as texts, by id. */
  readonly open: string
  /** The key of a sorted set: the ids by the expiry of their sessions, in ms since the epoch. */
  readonly expiry: string
}

/**
 * Composes names of keys that an operator can read, and that are never those of another session.
 */
export interface SessionKeySpace {
  /** Returns the keys of a subject. */
  readonly ofSubject: (subject: string) => SessionKeys
  /** Returns the key of the expiry of one session, which scripts compose too. */
  readonly ofSession: (subject: string, storedId: string) => string
}

/**
 * Returns the names of keys. They never equal those of another subject or prefix: the subject ends
 * at the brace, and the prefix at the last colon before it.
 */
export function createSessionKeySpace({ prefix, hashSubjects }: Required<RedisSessionsOptions>): SessionKeySpace {
  const tagOf = (subject: string): string =>
    `{${prefix}:${hashSubjects ? hashed(toStoredText(subject)) : readableSubject(subject)}}`
  return {
    ofSubject: (subject) => {
      const tag = tagOf(subject)
      return { open: `${tag}:open`, expiry: `${tag}:expiry` }
    },
    ofSession: (subject, storedId) => `${tagOf(subject)}/${storedId}`,
  }
}

/** Returns the subject, or its digest if it is long or contains unsafe characters. */
function readableSubject(subject: string): string {
  // One expression decides for nearly all subjects, because this runs for every check.
  if (typeof subject === 'string' && subject.length <= 128 && unescaped.test(subject)) return subject
  if (!isPlain(subject)) return hashed(toStoredText(subject))
  return subject.replace(/[%:{}]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Printable ASCII without a leading `#`, `%`, `:` and braces. */
const unescaped = /^(?!#)[\x21-\x24\x26-\x39\x3b-\x7a|~]*$/
