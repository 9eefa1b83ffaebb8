import { type Duration, durationToMs } from '@revoked/core'
import { subscriberMode } from '../clients/client-mode.ts'
import { portOf, type RedisClient } from '../clients/detect-client.ts'
import type { RedisPort } from '../clients/port.ts'
import { createKeySpace, type Partition } from '../marks/key-space.ts'
import { readStoreOptions } from '../store-options.ts'
import { clientFindings, isRefusal, occupiedClient } from './client-findings.ts'
import { type ClockCheck, clockFindings } from './clock-findings.ts'
import { withDiagnosticConnection } from './diagnostic-connection.ts'
import type { RedisFinding } from './finding.ts'
import { prefixFindings } from './prefix-findings.ts'
import { rightsFindings, subscriptionFindings } from './rights-findings.ts'
import { serverFindings } from './server-findings.ts'
import { readInfo } from './server-info.ts'

/**
 * Options for {@link diagnoseRedis}.
 *
 * @example
 * ```ts
 * import type { RedisClient } from '@revoked/store-redis'
 * import { diagnoseRedis, type DiagnoseRedisOptions } from '@revoked/store-redis/diagnose'
 *
 * const options: DiagnoseRedisOptions = { prefix: 'shop', clockTolerance: '30s' }
 * const diagnose = (client: RedisClient) => diagnoseRedis(client, options)
 * ```
 */
export interface DiagnoseRedisOptions {
  /** The `prefix` of the store. */
  readonly prefix?: string
  /** The `partitions` of the store. The owner of each partition is examined. */
  readonly partitions?: number
  /**
   * The `clockTolerance` of `createRevocation`. The server's clock may be off by half of it.
   * Default `'60s'`.
   */
  readonly clockTolerance?: Duration
  /** The clock, in ms since the epoch. Default `Date.now`. */
  readonly now?: () => number
}

/**
 * Finds settings that would lose revocations or make requests hang: those of the server, the rights
 * of the user, and those of the client. Use it in logs at start-up, and in health checks.
 *
 * It answers within about 3 seconds, whatever the server does. A server that has not answered by
 * then is a finding. It may be called before the client is ready. It leaves no keys on the server,
 * and opens one more connection per partition for a moment.
 *
 * @example
 * ```ts
 * import { diagnoseRedis } from '@revoked/store-redis/diagnose'
 * import { Redis } from 'ioredis'
 *
 * const client = new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: true })
 *
 * async function logDiagnosis(): Promise<void> {
 *   for (const { level, code, message, remedy } of await diagnoseRedis(client)) {
 *     console.log(`${level} ${code}: ${message} ${remedy}`)
 *   }
 * }
 * ```
 *
 * @throws TypeError or RangeError for wrong options and for a value that is not a client. It never
 *   throws for the state of a server.
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
  const examined = await Promise.all(
    keySpace.partitions.map((partition, index) => examine({ port, partition, clock, isFirst: index === 0 })),
  )
  return distinct([...settings, ...examined.flat()])
}

interface Examination {
  readonly port: RedisPort
  readonly partition: Partition
  readonly clock: ClockCheck
  /** Whether this is the first partition, which has the settings. */
  readonly isFirst: boolean
}

async function examine({ port, partition, clock, isFirst }: Examination): Promise<RedisFinding[]> {
  let reason: string | undefined
  let isSilent = (): boolean => false
  const findings = await withDiagnosticConnection(port, partition, async (connection) => {
    // This comes first, because a new connection tells why it cannot be made. A client only tells
    // that it has no connection.
    const first = await connection.subscribe()
    reason = first.refusal
    if (reason === undefined) isSilent = connection.hasConnection
    if (reason === 'NOAUTH' || reason === 'WRONGPASS') return [unauthenticated]
    const answer = await connection.ask(['INFO'])
    if (answer.refusal === subscriberMode.word) return [occupiedClient(subscriberMode.message)]
    const info = readInfo(answer, connection)
    // The server answers now, which it may not have done at first.
    const subscribed = reason === undefined || reason === 'NOPERM' ? first : await connection.subscribe()
    const onClock = await clockFindings(connection, clock)
    const [onServer, onRights] = await Promise.all([
      serverFindings(info),
      rightsFindings(connection, subscribed.refusal === undefined),
    ])
    const onPrefixes = isFirst ? await prefixFindings(connection) : []
    return [...onServer, ...onClock, ...onRights, ...subscriptionFindings(subscribed), ...onPrefixes]
  })
  return findings ?? [isSilent() ? occupiedClient(silence) : unreachable(reason)]
}

const silence =
  'New connections to the server work, but the client does not answer: it waits for a blocking command such as BLPOP, or its connection is half-open.'

function unreachable(reason?: string): RedisFinding {
  return {
    level: 'error',
    code: 'unreachable',
    message: `The server did not answer in time${reason === undefined ? '' : `: ${reason}`}.`,
    remedy:
      'Check that the server runs, that `connect` of the client was called, and that its address and TLS settings are right.',
  }
}

const unauthenticated: RedisFinding = {
  level: 'error',
  code: 'unauthenticated',
  message:
    'The server does not accept the credentials of the client, or requires credentials that the client does not have.',
  remedy: 'Configure the client with the name and the password of the user.',
}

/** Returns each finding once: partitions on one server have the same findings. */
function distinct(findings: readonly RedisFinding[]): RedisFinding[] {
  return [...new Map(findings.map((finding) => [`${finding.code} ${finding.message}`, finding])).values()]
}
