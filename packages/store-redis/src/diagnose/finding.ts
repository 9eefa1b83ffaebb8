/** What a finding of {@link diagnoseRedis} is about. Stable: fit for alerts. */
export type RedisFindingCode =
  // The server.
  | 'unreachable'
  | 'unauthenticated'
  | 'old-server'
  | 'replica'
  | 'evicts-marks'
  | 'no-persistence'
  | 'unprotected-writes'
  | 'clock-offset'
  // What the user may do there.
  | 'missing-rights'
  | 'writes-refused'
  | 'cannot-subscribe'
  // The settings of the client.
  | 'key-prefix'
  | 'reads-from-replicas'
  | 'offline-queue'
  | 'many-retries'
  | 'no-reconnect'
  | 'no-connect-timeout'
  | 'no-socket-timeout'
  | 'idle-disconnect'
  | 'auto-pipelining'
  // What could not be found out.
  | 'unchecked'

/**
 * One thing that {@link diagnoseRedis} found. Fit for logs: no host, no credentials, nothing of
 * what keys hold.
 */
export interface RedisFinding {
  /**
   * `error`: revocations are or will be lost, or requests fail. `warning`: they do once something
   * else goes wrong.
   */
  readonly level: 'error' | 'warning' | 'info'
  readonly code: RedisFindingCode
  /** What is the matter, in one sentence. */
  readonly message: string
  /** What to do about it. */
  readonly remedy: string
}

/**
 * Something that could not be checked: where a managed service forbids to ask, the operator has to.
 */
export function unchecked(subject: string, remedy: string): RedisFinding {
  return { level: 'info', code: 'unchecked', message: `Could not check ${subject}.`, remedy }
}
