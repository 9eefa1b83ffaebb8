/**
 * Names errors for the attribute `error.type`. Messages of clients contain hosts, commands and ids,
 * so nothing is exported of an error but a word of a closed list.
 */

/** The word for an error of which no word is known, as the semantic conventions name it. */
const other = '_OTHER'

/** Codes of this library. */
const codesOfLibrary = [
  'ERR_TOKEN_REVOKED',
  'ERR_REVOCATION_UNAVAILABLE',
  'ERR_INVALID_CLAIMS',
  'ERR_TOKEN_LIFETIME',
  'ERR_TOKEN_EXPIRED',
  'ERR_UNIDENTIFIABLE_TOKEN',
  'ERR_STORE_FULL',
  'ERR_CORRUPT_MARK',
  'ERR_PARTIAL_ANSWER',
  'ERR_MARK_EXPIRED',
  'ERR_SETTINGS_CONFLICT',
  'ERR_CLOCK_SKEW',
  'ERR_BATCH_ABORTED',
  'ERR_INVALID_TOKEN',
  'ERR_KEYS_UNAVAILABLE',
  'ERR_REFRESH_REUSED',
  'ERR_STALE_AUTHENTICATION',
  'ERR_TOO_MANY_SESSIONS',
  'ERR_CORRUPT_SESSION',
  'ERR_TOKEN_MISSING',
  'ERR_TOKEN_MALFORMED',
] as const

/** Codes of sockets. */
const codesOfSockets = [
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
] as const

/** The first words of replies of Redis, and modes of clients that `@revoked/store-redis` names. */
const repliesOfRedis = [
  'BUSY',
  'CLUSTERDOWN',
  'CROSSSLOT',
  'ERR',
  'EXECABORT',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'MOVED',
  'NOAUTH',
  'NOPERM',
  'NOREPLICAS',
  'NOSCRIPT',
  'OOM',
  'READONLY',
  'SUBSCRIBED',
  'TRYAGAIN',
  'UNKILLABLE',
  'WRONGPASS',
  'WRONGTYPE',
] as const

/** Names of errors that say more than `Error` does. */
const names = [
  'AbortError',
  'AggregateError',
  'ClientClosedError',
  'ClientOfflineError',
  'ConnectionTimeoutError',
  'DisconnectsClientError',
  'MaxRetriesPerRequestError',
  'RangeError',
  'SocketClosedUnexpectedlyError',
  'SyntaxError',
  'TimeoutError',
  'TypeError',
] as const

const codes: ReadonlySet<unknown> = new Set([...codesOfLibrary, ...codesOfSockets])
const replies: ReadonlySet<unknown> = new Set([...codesOfSockets, ...repliesOfRedis, ...names])
const errorNames: ReadonlySet<unknown> = new Set(names)

/** What the `SQLSTATE`s of PostgreSQL begin with, and what that means. */
const classesOfPostgres: Readonly<Record<string, string>> = {
  '08': 'connection_exception',
  '23': 'integrity_violation',
  '25': 'invalid_transaction_state',
  '28': 'invalid_authorization',
  '40': 'transaction_rollback',
  '42': 'access_rule_violation',
  '53': 'insufficient_resources',
  '55': 'object_not_in_prerequisite_state',
  '57': 'operator_intervention',
  '58': 'system_error',
}

/** Errors that wrap another one, which says why. */
const wrappers: ReadonlySet<unknown> = new Set(['ERR_REVOCATION_UNAVAILABLE', 'ERR_PARTIAL_ANSWER'])

/** A chain of causes may be a circle. */
const maxDepth = 8

interface Thrown {
  readonly code?: unknown
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

function ownTypeOf(error: unknown): string | undefined {
  const { code, reply, name, message } = Object(error) as Thrown
  if (codes.has(code)) return String(code)
  if (replies.has(reply)) return String(reply)
  const word = typeof message === 'string' ? wordIn(message) : undefined
  if (word !== undefined) return word
  if (code === 'TIMEOUT') return 'timeout'
  if (code === 'CONNECTION_CLOSED') return 'not_connected'
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return classesOfPostgres[code.slice(0, 2)]
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
