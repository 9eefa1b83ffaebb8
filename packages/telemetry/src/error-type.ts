import {
  classesOfPostgres,
  codesOfLibrary,
  codesOfSockets,
  codesOfSqlite,
  names,
  repliesOfRedis,
} from './error-words.ts'

/**
 * The word for an error of which no word is known, as the semantic conventions name it. Messages of
 * clients contain hosts, commands and ids, so nothing is exported of an error but a word of a list.
 */
const other = '_OTHER'

const codes: ReadonlySet<unknown> = new Set([...codesOfLibrary, ...codesOfSockets])
const replies: ReadonlySet<unknown> = new Set([...codesOfSockets, ...repliesOfRedis, ...names])
const errorNames: ReadonlySet<unknown> = new Set(names)
const sqliteNames: ReadonlySet<unknown> = new Set(codesOfSqlite)

/** Errors of the language. As a cause they say less than what was unavailable. */
const languageErrors: ReadonlySet<unknown> = new Set(['AggregateError', 'RangeError', 'SyntaxError', 'TypeError'])

/** Errors that wrap another one, which says why. */
const wrappers: ReadonlySet<unknown> = new Set(['ERR_REVOCATION_UNAVAILABLE', 'ERR_PARTIAL_ANSWER'])

/** A chain of causes may be a circle. */
const maxDepth = 8

interface Thrown {
  readonly code?: unknown
  readonly errcode?: unknown
  readonly reply?: unknown
  readonly name?: unknown
  readonly message?: unknown
  readonly cause?: unknown
  readonly errors?: unknown
}

/** Returns the word for an error: a code of this library, of a server or of a socket. */
export function errorTypeOf(error: unknown): string {
  return ownTypeOf(error) ?? other
}

/** Returns the word for what an error was caused by, if it wraps another one. */
export function causeTypeOf(error: unknown): string {
  let known: string | undefined
  let current: unknown = error
  for (let depth = 0; depth < maxDepth && current !== undefined && current !== null; depth++) {
    const { code, cause, errors } = Object(current) as Thrown
    const type = ownTypeOf(current)
    if (type !== undefined && !wrappers.has(code)) {
      known = type
      if (type !== 'AggregateError') break
    }
    current = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return known ?? other
}

/**
 * Returns the word for a call that failed: why the store was unavailable, if that is known, and
 * else the code. A `TypeError` of a client is not named, because it would be taken for a mistake of
 * the caller.
 */
export function failureTypeOf(error: unknown): string {
  const type = errorTypeOf(error)
  if (type !== 'ERR_REVOCATION_UNAVAILABLE') return type
  const cause = causeTypeOf(error)
  return cause === other || languageErrors.has(cause) ? type : cause
}

function ownTypeOf(error: unknown): string | undefined {
  const { code, errcode, reply, name, message } = Object(error) as Thrown
  if (codes.has(code)) return String(code)
  if (replies.has(reply)) return String(reply)
  const word = typeof message === 'string' ? wordIn(message) : undefined
  if (word !== undefined) return word
  if (code === 'TIMEOUT') return 'timeout'
  if (code === 'CONNECTION_CLOSED') return 'not_connected'
  if (code === 'ERR_SQLITE_ERROR') return typeof errcode === 'number' ? codesOfSqlite[errcode & 0xff] : undefined
  if (typeof code === 'string') {
    const ofSqlite = /^SQLITE_[A-Z]+/.exec(code)?.[0]
    if (sqliteNames.has(ofSqlite)) return ofSqlite
    if (/^[0-9A-Z]{5}$/.test(code)) return classesOfPostgres[code.slice(0, 2)]
  }
  return errorNames.has(name) ? String(name) : undefined
}

/** How the messages of `@revoked/store-redis` begin. They contain no host and no value. */
const ofRedis = 'Redis did not carry out the command: '

/**
 * Returns the word for an error that has no code: those of the deadlines of core and of clients,
 * and those of a client of Redis that has no connection.
 */
function wordIn(message: string): string | undefined {
  if (/^(?:No answer within \d+ ms|Command timed out|Socket timeout)/.test(message)) return 'timeout'
  if (!message.startsWith(ofRedis)) return undefined
  const reason = /the last error of the client: (?<word>\w+)/.exec(message)?.groups?.['word']
  if (replies.has(reason)) return reason
  if (message.includes('does not answer')) return 'timeout'
  return /not connected|connection was|client (?:is|was) closed|can be reached/.test(message)
    ? 'not_connected'
    : undefined
}
