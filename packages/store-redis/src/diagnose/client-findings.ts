import type { RedisClient } from '../clients/detect-client.ts'
import type { RedisFinding } from './finding.ts'
import { ioredisFindings } from './ioredis-findings.ts'
import { nodeRedisFindings } from './node-redis-findings.ts'

/** What is wrong with the client's settings. Of what is no client, nothing is known. */
export function clientFindings(client: RedisClient): readonly RedisFinding[] {
  if (typeof client !== 'object' || client === null) return []
  if ('call' in client) return ioredisFindings(client)
  return 'sendCommand' in client ? nodeRedisFindings(client) : []
}

/** Whether it is why the store refuses the client. */
export function isRefusal({ code }: RedisFinding): boolean {
  return code === 'key-prefix' || code === 'reads-from-replicas'
}
