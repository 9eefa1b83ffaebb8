import type { RedisClient } from '../clients/detect-client.ts'
import type { RedisFinding } from './finding.ts'
import { ioredisFindings } from './ioredis-findings.ts'
import { nodeRedisFindings } from './node-redis-findings.ts'

/** Returns findings on the settings of the client, and none for a value that is not a client. */
export function clientFindings(client: RedisClient): readonly RedisFinding[] {
  if (typeof client !== 'object' || client === null) return []
  if ('call' in client) return ioredisFindings(client)
  return 'sendCommand' in client ? nodeRedisFindings(client) : []
}

/** Returns true if the store refuses a client with this finding. */
export function isRefusal({ code }: RedisFinding): boolean {
  return code === 'key-prefix' || code === 'reads-from-replicas'
}
