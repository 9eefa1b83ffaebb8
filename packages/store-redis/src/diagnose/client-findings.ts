import { modeOf } from '../clients/client-mode.ts'
import type { RedisClient } from '../clients/detect-client.ts'
import type { RedisFinding } from './finding.ts'
import { ioredisFindings } from './ioredis-findings.ts'
import { nodeRedisFindings } from './node-redis-findings.ts'

/** Returns findings on the settings of the client, and none for a value that is not a client. */
export function clientFindings(client: RedisClient): readonly RedisFinding[] {
  if (typeof client !== 'object' || client === null) return []
  const mode = modeOf(client)
  if (mode !== undefined) return [occupiedClient(mode.message)]
  if ('call' in client) return ioredisFindings(client)
  return 'sendCommand' in client ? nodeRedisFindings(client) : []
}

/** Returns true if the store refuses a client with this finding. */
export function isRefusal({ code }: RedisFinding): boolean {
  return code === 'key-prefix' || code === 'reads-from-replicas' || code === 'occupied-client'
}

/** Returns the finding on a client whose other use excludes the commands of the store. */
export function occupiedClient(message: string): RedisFinding {
  return {
    level: 'error',
    code: 'occupied-client',
    message,
    remedy: 'Subscribe, monitor, and wait by blocking commands (BLPOP, XREAD BLOCK) on a duplicate of the client.',
  }
}
