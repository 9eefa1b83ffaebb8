/**
 * The words that `error.type` may be. The lists are closed, so that neither the number of time
 * series grows nor a message, a host or an id is exported.
 */

/** Codes of the errors of this library. */
export const codesOfLibrary = [
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
export const codesOfSockets = [
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
export const repliesOfRedis = [
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
export const names = [
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

/** What the `SQLSTATE`s of PostgreSQL begin with, and what that means. */
export const classesOfPostgres: Readonly<Record<string, string>> = {
  '08': 'connection_exception',
  '0A': 'feature_not_supported',
  '22': 'data_exception',
  '23': 'integrity_violation',
  '25': 'invalid_transaction_state',
  '26': 'invalid_statement_name',
  '28': 'invalid_authorization',
  '3D': 'invalid_catalog_name',
  '3F': 'invalid_schema_name',
  '40': 'transaction_rollback',
  '42': 'syntax_error_or_access_rule_violation',
  '53': 'insufficient_resources',
  '54': 'program_limit_exceeded',
  '55': 'object_not_in_prerequisite_state',
  '57': 'operator_intervention',
  '58': 'system_error',
  XX: 'internal_error',
}

/**
 * The primary result codes of SQLite, by their number. better-sqlite3 has the name, and
 * `node:sqlite` the number.
 */
export const codesOfSqlite = [
  'SQLITE_OK',
  'SQLITE_ERROR',
  'SQLITE_INTERNAL',
  'SQLITE_PERM',
  'SQLITE_ABORT',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_NOMEM',
  'SQLITE_READONLY',
  'SQLITE_INTERRUPT',
  'SQLITE_IOERR',
  'SQLITE_CORRUPT',
  'SQLITE_NOTFOUND',
  'SQLITE_FULL',
  'SQLITE_CANTOPEN',
  'SQLITE_PROTOCOL',
  'SQLITE_EMPTY',
  'SQLITE_SCHEMA',
  'SQLITE_TOOBIG',
  'SQLITE_CONSTRAINT',
  'SQLITE_MISMATCH',
  'SQLITE_MISUSE',
  'SQLITE_NOLFS',
  'SQLITE_AUTH',
  'SQLITE_FORMAT',
  'SQLITE_RANGE',
  'SQLITE_NOTADB',
] as const
