/**
 * A failure of PostgreSQL or its client, without the values and texts that drivers put into their
 * errors.
 *
 * @example
 * ```ts
 * import type { Revocation, RevocationUnavailableError } from '@revoked/core'
 * import type { PostgresError } from '@revoked/store-postgres'
 *
 * // A transaction that failed for others' sake may be run again.
 * const mayRepeat = (error: RevocationUnavailableError): boolean =>
 *   ['40001', '40P01'].includes(String((error.cause as Partial<PostgresError>).code))
 * ```
 */
export class PostgresError extends Error {
  /**
   * The SQLSTATE of the server, such as `40001`, or the code of the client, such as `ECONNREFUSED`.
   */
  readonly code: string

  static {
    PostgresError.prototype.name = 'PostgresError'
  }

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** What to do about failures that have a remedy, by SQLSTATE. */
const remedies: ReadonlyMap<string, string> = new Map([
  ['25006', 'it is a replica, or read-only: connect to the primary'],
  ['25P01', 'no transaction is open on the client: begin one before within'],
  ['25P02', 'the transaction has failed before: roll it back'],
  ['3F000', 'its tables are missing: run migrate(client) once'],
  ['42883', 'its functions are missing or older than this version: run migrate(client) once'],
  ['42P01', 'its tables are missing: run migrate(client) once'],
  ['42501', 'the user may not use its tables: see the rights in the documentation'],
  ['40001', 'another transaction has changed the same rows: repeat the transaction'],
  ['40P01', 'a deadlock: repeat the transaction'],
  ['53300', 'it has too many connections'],
  ['55P03', 'another transaction holds the same keys for too long'],
  ['57014', 'it took longer than statement_timeout'],
  ['57P01', 'it ended the connection'],
  ['57P03', 'it is starting up'],
  ['28P01', 'the password is wrong'],
])

/** Returns the failure of a client without what it may contain. */
export function toPostgresError(cause: unknown): PostgresError {
  if (cause instanceof PostgresError) return cause
  const code = codeOf(cause)
  const remedy = remedies.get(code)
  return new PostgresError(
    code,
    `PostgreSQL did not carry out the statement: ${code}${remedy === undefined ? '' : `, ${remedy}`}. diagnosePostgres(client) says more.`,
  )
}

/** Clients throw errors without a code if a connection ends, and if none is free in time. */
function codeOf(thrown: unknown): string {
  const { cause, meta, code, message } = (thrown ?? {}) as Thrown
  // Drizzle has the error of its client as the cause, and Prisma has its SQLSTATE in `meta`.
  for (const { code: state } of [Object(cause), Object(meta)] as readonly Thrown[])
    if (typeof state === 'string' && /^[A-Z0-9]{5}$/.test(state)) return state
  if (typeof code === 'string' && /^[A-Z0-9_]{4,40}$/.test(code)) return code
  if (/timeout/i.test(String(message))) return 'TIMEOUT'
  return /connect|terminated|closed|not queryable/i.test(String(message)) ? 'CONNECTION_CLOSED' : 'UNKNOWN'
}

interface Thrown {
  readonly cause?: unknown
  readonly meta?: unknown
  readonly code?: unknown
  readonly message?: unknown
}

/** Returns whether it is the failure of a statement with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof PostgresError && codes.includes(error.code)
}
