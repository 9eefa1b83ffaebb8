/**
 * The kind of a finding of {@link diagnosePostgres}. The codes are stable, so alerts can use them.
 *
 * @example
 * ```ts
 * import type { PostgresClient } from '@revoked/store-postgres'
 * import { diagnosePostgres, type PostgresFindingCode } from '@revoked/store-postgres/diagnose'
 *
 * // Known and accepted here: a pooler is in the way.
 * const accepted: ReadonlySet<PostgresFindingCode> = new Set<PostgresFindingCode>(['no-wake-ups'])
 * const toReport = async (client: PostgresClient) =>
 *   (await diagnosePostgres(client)).filter(({ code }) => !accepted.has(code))
 * ```
 */
export type PostgresFindingCode =
  // The server
  | 'unreachable'
  | 'unauthenticated'
  | 'old-server'
  | 'faulty-listen'
  | 'replica'
  | 'read-only'
  | 'loses-commits'
  | 'unprotected-writes'
  | 'clock-offset'
  // The tables
  | 'missing-migration'
  | 'missing-rights'
  | 'no-autovacuum'
  | 'dead-rows'
  | 'old-snapshot'
  // The client
  | 'no-wake-ups'
  | 'no-query-timeout'
  | 'no-connect-timeout'

/**
 * A finding of {@link diagnosePostgres}. It can be logged: it contains no host, no credentials and
 * no values of rows.
 *
 * @example
 * ```ts
 * import type { PostgresFinding } from '@revoked/store-postgres/diagnose'
 *
 * const line = ({ level, code, message, remedy }: PostgresFinding): string => `${level} ${code}: ${message} ${remedy}`
 * const isFatal = (findings: readonly PostgresFinding[]): boolean => findings.some(({ level }) => level === 'error')
 * ```
 */
export interface PostgresFinding {
  /**
   * `error`: revocations are or will be lost, or requests fail. `warning`: this happens if
   * something else fails too.
   */
  readonly level: 'error' | 'warning' | 'info'
  readonly code: PostgresFindingCode
  /** The problem, in one sentence. */
  readonly message: string
  /** The change that removes the problem. */
  readonly remedy: string
}
