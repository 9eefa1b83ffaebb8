import { type Duration, durationToMs } from '@revoked/core'
import type { RedisPort } from '../clients/port.ts'
import { portOf, type RedisClient } from '../clients/recognise.ts'
import { createKeySpace, type Partition } from '../key-space.ts'
import { redisStore } from '../redis-store.ts'
import { clientFindings, isRefusal } from './client.ts'
import { type ClockCheck, clockFindings } from './clock.ts'
import { converse } from './conversation.ts'
import type { RedisFinding } from './finding.ts'
import { readInfo } from './info.ts'
import { rightsFindings, subscriptionFindings } from './rights.ts'
import { serverFindings } from './server.ts'

/** The options of {@link diagnoseRedis}. */
export interface DiagnoseRedisOptions {
  /** The store's. */
  readonly prefix?: string
  /** The store's. The owner of each partition is asked. */
  readonly partitions?: number
  /** That of `createRevocation`: the server's clock may be off by half of it. Default `'60s'`. */
  readonly clockTolerance?: Duration
  /** The clock, in ms since the epoch. Default `Date.now`. */
  readonly now?: () => number
}

/**
 * Looks for what would lose revocations or make requests hang: in the settings of the server, in what the user may do
 * there, and in the settings of the client. For logs at start-up, and for health checks.
 *
 * It answers within about 3 seconds, whatever the server does; one that says nothing by then is a finding. It may be called
 * before the client is ready. It leaves nothing behind on the server, and opens one more connection per partition
 * for a moment.
 *
 * @example
 * ```ts
 * import { diagnoseRedis } from '@revoked/store-redis'
 * import { Redis } from 'ioredis'
 *
 * const client = new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1, socketTimeout: 5_000, lazyConnect: true })
 *
 * async function logDiagnosis(): Promise<void> {
 *   for (const { level, code, message, remedy } of await diagnoseRedis(client)) {
 *     console.log(`${level} ${code}: ${message} ${remedy}`)
 *   }
 * }
 * ```
 *
 * @throws TypeError or RangeError for wrong options and for what is no client. Never for the state of a server.
 */
export async function diagnoseRedis(
  client: RedisClient,
  options: DiagnoseRedisOptions = {},
): Promise<readonly RedisFinding[]> {
  const settings = clientFindings(client)
  if (settings.some(isRefusal)) return settings
  // Validates the options, as the store does.
  redisStore(client, options)
  const { prefix = 'revoked', partitions = 1, clockTolerance = '60s', now = Date.now } = options
  const clock = { tolerance: durationToMs(clockTolerance, 'clockTolerance'), now }
  const port = portOf(client)
  const keySpace = createKeySpace({ prefix, partitions, hashIds: false })
  const examined = await Promise.all(keySpace.partitions.map((partition) => examine(port, partition, clock)))
  return distinct([...settings, ...examined.flat()])
}

async function examine(port: RedisPort, partition: Partition, clock: ClockCheck): Promise<RedisFinding[]> {
  let reason: string | undefined
  const findings = await converse(port, partition, async (conversation) => {
    // First, because a new connection says why it cannot be made. A client only says that it has none.
    const first = await conversation.subscribe()
    reason = first.refusal
    if (reason === 'NOAUTH' || reason === 'WRONGPASS') return [unauthenticated]
    const info = readInfo(await conversation.ask(['INFO']), conversation)
    // By now there is a server, which there may not have been at first.
    const subscribed = reason === undefined || reason === 'NOPERM' ? first : await conversation.subscribe()
    const onClock = await clockFindings(conversation, clock)
    const [onServer, onRights] = await Promise.all([serverFindings(info), rightsFindings(conversation)])
    return [...onServer, ...onClock, ...onRights, ...subscriptionFindings(subscribed)]
  })
  return findings ?? [unreachable(reason)]
}

function unreachable(reason?: string): RedisFinding {
  return {
    level: 'error',
    code: 'unreachable',
    message: `The server did not answer in time${reason === undefined ? '' : `: ${reason}`}.`,
    remedy: 'See that it runs, that the client was told to connect, and that its address and TLS settings are right.',
  }
}

const unauthenticated: RedisFinding = {
  level: 'error',
  code: 'unauthenticated',
  message: 'The server does not accept the credentials of the client, or asks for some that it does not have.',
  remedy: "Give the client the user's name and password.",
}

/** Partitions of one server have the same to say. */
function distinct(findings: readonly RedisFinding[]): RedisFinding[] {
  return [...new Map(findings.map((finding) => [`${finding.code} ${finding.message}`, finding])).values()]
}
