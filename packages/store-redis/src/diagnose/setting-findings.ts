import type { RedisFinding } from './finding.ts'

/** The findings whose condition holds. */
export function findingsThatHold(
  findings: readonly (readonly [holds: boolean, finding: RedisFinding])[],
): RedisFinding[] {
  return findings.flatMap(([holds, finding]) => (holds ? [finding] : []))
}

export const keyPrefix: RedisFinding = {
  level: 'error',
  code: 'key-prefix',
  message: 'The client has a keyPrefix, which rewrites keys but not channels, so the store refuses it.',
  remedy: "Leave out 'keyPrefix', and use the store's 'prefix' option.",
}

export function replicaReads(option: string): RedisFinding {
  return {
    level: 'error',
    code: 'reads-from-replicas',
    message: 'The client reads from replicas, which may not know a revocation yet, so the store refuses it.',
    remedy: `Leave out '${option}'.`,
  }
}

export function offlineQueue(remedy: string): RedisFinding {
  return {
    level: 'warning',
    code: 'offline-queue',
    message: 'While the server is gone the client queues requests instead of rejecting them, and they pile up.',
    remedy,
  }
}

export function noReconnect(loss: 'lost connection' | 'socket timeout', option: string): RedisFinding {
  return {
    level: 'error',
    code: 'no-reconnect',
    message: `After one ${loss} the client stays closed for good, and every request fails.`,
    remedy: `Set '${option}' to a function that answers a short, growing pause.`,
  }
}

export function noConnectTimeout(option: string): RedisFinding {
  return {
    level: 'warning',
    code: 'no-connect-timeout',
    message: 'The client waits without limit for a connection to be made.',
    remedy: `Set '${option}' to a few seconds.`,
  }
}

export function noSocketTimeout(remedy: string): RedisFinding {
  return {
    level: 'warning',
    code: 'no-socket-timeout',
    message: 'The client keeps a connection on which nothing is answered any more, for up to a quarter of an hour.',
    remedy,
  }
}
