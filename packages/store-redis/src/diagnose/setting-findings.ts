import type { RedisFinding } from './finding.ts'

/**
 * Returns the findings whose condition holds. The findings below are those that ioredis and
 * node-redis have in common.
 */
export function findingsThatHold(
  findings: readonly (readonly [holds: boolean, finding: RedisFinding])[],
): RedisFinding[] {
  return findings.flatMap(([holds, finding]) => (holds ? [finding] : []))
}

/** The finding on a client that rewrites keys. */
export const keyPrefix: RedisFinding = {
  level: 'error',
  code: 'key-prefix',
  message: 'The client has a keyPrefix, which rewrites keys but not channels, so the store refuses it.',
  remedy: "Leave out 'keyPrefix', and use the store's 'prefix' option.",
}

/** Returns the finding on a client that reads from replicas because of the option. */
export function replicaReads(option: string): RedisFinding {
  return {
    level: 'error',
    code: 'reads-from-replicas',
    message: 'The client reads from replicas, which may not know a revocation yet, so the store refuses it.',
    remedy: `Leave out '${option}'.`,
  }
}

/** Returns the finding on a client that queues commands without a connection. */
export function offlineQueue(remedy: string): RedisFinding {
  return {
    level: 'warning',
    code: 'offline-queue',
    message: 'While the server is unreachable, the client queues requests without limit instead of rejecting them.',
    remedy,
  }
}

/** Returns the finding on a client that does not reconnect because of the option. */
export function noReconnect(loss: 'lost connection' | 'socket timeout', option: string): RedisFinding {
  return {
    level: 'error',
    code: 'no-reconnect',
    message: `After one ${loss} the client stays closed for good, and every request fails.`,
    remedy: `Set '${option}' to a function that returns a short, growing pause.`,
  }
}

/** Returns the finding on a client without a limit for connecting. */
export function noConnectTimeout(option: string): RedisFinding {
  return {
    level: 'warning',
    code: 'no-connect-timeout',
    message: 'The client waits for a connection without limit.',
    remedy: `Set '${option}' to a few seconds.`,
  }
}
