import { type Duration, durationToMs } from '@revoked/core'
import { portOf, type RedisClient } from '../clients/detect-client.ts'
import type { RedisPort } from '../clients/port.ts'
import { createKeySpace, type Partition } from '../marks/key-space.ts'
import { readStoreOptions } from '../store-options.ts'
import { clientFindings, isRefusal } from './client-findings.ts'
import { type ClockCheck, clockFindings } from './clock-findings.ts'
import { withDiagnosticConnection } from './diagnostic-connection.ts'
import type { RedisFinding } from './finding.ts'
import { rightsFindings, subscriptionFindings } from './rights-findings.ts'
import { serverFindings } from './server-findings.ts'
import { readInfo } from './server-info.ts'

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
 * Looks for what would lose revocations or make requests hang: in the settings of the server, in
 * what the user may do there, and in the settings of the client. For logs at start-up, and for
 * health checks.
 *
 * It answers within about 3 seconds, whatever the server does; one that says nothing by then is a
 * finding. It may be called before the client is ready. It leaves nothing behind on the server, and
 * opens one more connection per partition for a moment.
 *
 * @example
 * ```ts
 * import { diagnoseRedis } from '@revoked/store-redis/diagnose'
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
 * @throws TypeError or RangeError for wrong options and for what is no client. Never for the state
 *   of a server.
 */
export async function diagnoseRedis(
  client: RedisClient,
  options: DiagnoseRedisOptions = {},
): Promise<readonly RedisFinding[]> {
  const settings = clientFindings(client)
  if (settings.some(isRefusal)) return settings
  const port = portOf(client)
  const { clockTolerance = '60s', now = Date.now, ...storeOptions } = options
  const keySpace = createKeySpace(readStoreOptions(storeOptions))
  const clock = { tolerance: durationToMs(clockTolerance, 'clockTolerance'), now }
  const examined = await Promise.all(keySpace.partitions.map((partition) => examine(port, partition, clock)))
  return distinct([...settings, ...examined.flat()])
}

async function examine(port: RedisPort, partition: Partition, clock: ClockCheck): Promise<RedisFinding[]> {
  let reason: string | undefined
  const findings = await withDiagnosticConnection(port, partition, async (connection) => {
    // First, because a new connection says why it cannot be made. A client only says that it has
    // none.
    const first = await connection.subscribe()
    reason = first.refusal
    if (reason === 'NOAUTH' || reason === 'WRONGPASS') return [unauthenticated]
    const info = readInfo(await connection.ask(['INFO']), connection)
    // By now there is a server, which there may not have been at first.
    const subscribed = reason === undefined || reason === 'NOPERM' ? first : await connection.subscribe()
    const onClock = await clockFindings(connection, clock)
    const [onServer, onRights] = await Promise.all([serverFindings(info), rightsFindings(connection)])
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
