/**
 * The kind of a finding of {@link diagnoseRedis}. The codes are stable, so alerts can use them.
 *
 * @example
 * ```ts
 * import type { RedisClient } from '@revoked/store-redis'
 * import { diagnoseRedis, type RedisFindingCode } from '@revoked/store-redis/diagnose'
 *
 * // Known and accepted here: this server keeps nothing on disk.
 * const accepted: ReadonlySet<RedisFindingCode> = new Set<RedisFindingCode>(['no-persistence'])
 * const toReport = async (client: RedisClient) =>
 *   (await diagnoseRedis(client)).filter(({ code }) => !accepted.has(code))
 * ```
 */
export type RedisFindingCode =
  // The server
  | 'unreachable'
  | 'unauthenticated'
  | 'old-server'
  | 'replica'
  | 'evicts-marks'
  | 'no-persistence'
  | 'unprotected-writes'
  | 'clock-offset'
  | 'other-prefixes'
  // The rights of the user
  | 'missing-rights'
  | 'writes-refused'
  | 'cannot-subscribe'
  | 'forwards-nothing'
  // The client and its settings
  | 'occupied-client'
  | 'key-prefix'
  | 'reads-from-replicas'
  | 'offline-queue'
  | 'many-retries'
  | 'no-reconnect'
  | 'no-connect-timeout'
  | 'no-handshake-timeout'
  | 'idle-disconnect'
  | 'auto-pipelining'
  // A setting that could not be read
  | 'unchecked'

/**
 * A finding of {@link diagnoseRedis}. It can be logged: it contains no host, no credentials and no
 * values of keys.
 *
 * @example
 * ```ts
 * import type { RedisFinding } from '@revoked/store-redis/diagnose'
 *
 * const line = ({ level, code, message, remedy }: RedisFinding): string => `${level} ${code}: ${message} ${remedy}`
 * const isFatal = (findings: readonly RedisFinding[]): boolean => findings.some(({ level }) => level === 'error')
 * ```
 */
export interface RedisFinding {
  /**
   * `error`: revocations are or will be lost, or requests fail. `warning`: this happens if
   * something else fails too.
   */
  readonly level: 'error' | 'warning' | 'info'
  readonly code: RedisFindingCode
  /** The problem, in one sentence. */
  readonly message: string
  /** The change that removes the problem. */
  readonly remedy: string
}

/**
 * Returns a finding on a setting that could not be read. If a managed service forbids a command,
 * the operator has to check the setting.
 */
export function unchecked(subject: string, remedy: string): RedisFinding {
  return { level: 'info', code: 'unchecked', message: `Could not check ${subject}.`, remedy }
}
