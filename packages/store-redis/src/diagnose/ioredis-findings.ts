import type { IoredisClient, IoredisCluster } from '../clients/ioredis.ts'
import type { RedisFinding } from './finding.ts'
import {
  findingsThatHold,
  keyPrefix,
  noConnectTimeout,
  noReconnect,
  offlineQueue,
  replicaReads,
} from './setting-findings.ts'

/**
 * Options of ioredis that are checked. A `Redis` has them with the defaults filled in. A `Cluster`
 * has no defaults for those of its nodes.
 */
interface Settings {
  readonly keyPrefix?: unknown
  readonly role?: unknown
  readonly scaleReads?: unknown
  readonly enableOfflineQueue?: unknown
  readonly enableAutoPipelining?: unknown
  readonly maxRetriesPerRequest?: unknown
  readonly retryStrategy?: unknown
  readonly clusterRetryStrategy?: unknown
  readonly connectTimeout?: unknown
  readonly redisOptions?: Settings
}

/**
 * The largest number of retries without a finding. If the server is unreachable, a request is
 * rejected after 0.8 s with 3 retries, and after 73 s with 20 (ioredis 6.0, its default pauses).
 */
const maxRetries = 3

/** Returns findings on the settings of an ioredis client. */
export function ioredisFindings(client: IoredisClient | IoredisCluster): RedisFinding[] {
  const options: Settings = client.options
  return [
    ...findingsThatHold([
      [Boolean(options.keyPrefix), keyPrefix],
      [options.enableAutoPipelining === true, autoPipelining],
    ]),
    ...('nodes' in client ? clusterFindings(options) : redisFindings(options)),
  ]
}

function redisFindings(options: Settings): RedisFinding[] {
  const { maxRetriesPerRequest: retries, retryStrategy } = options
  const hasFewRetries = typeof retries === 'number' && retries >= 0 && retries <= maxRetries
  const waitsLong = typeof retryStrategy === 'function' && !hasFewRetries
  return findingsThatHold([
    [options.role === 'slave', replicaReads('role')],
    [waitsLong && options.enableOfflineQueue !== false, offlineQueue(fewRetriesToo)],
    [waitsLong && options.enableOfflineQueue === false, manyRetries],
    [typeof retryStrategy !== 'function', noReconnect('lost connection', 'retryStrategy')],
    [!options.connectTimeout, noConnectTimeout('connectTimeout')],
  ])
}

function clusterFindings(options: Settings): RedisFinding[] {
  const { scaleReads = 'master', clusterRetryStrategy, redisOptions } = options
  return findingsThatHold([
    [scaleReads !== 'master', replicaReads('scaleReads')],
    [options.enableOfflineQueue !== false, offlineQueue("Set 'enableOfflineQueue' to false.")],
    [typeof clusterRetryStrategy !== 'function', noReconnect('lost connection', 'clusterRetryStrategy')],
    [!(redisOptions?.connectTimeout ?? defaultConnectTimeout), noConnectTimeout('connectTimeout')],
  ])
}

const defaultConnectTimeout = 10_000

const fewRetriesToo = "Set 'enableOfflineQueue' to false, and 'maxRetriesPerRequest' to 1."

const manyRetries: RedisFinding = {
  level: 'warning',
  code: 'many-retries',
  message: 'If the connection is lost, requests in flight wait for many retries instead of being rejected.',
  remedy: "Set 'maxRetriesPerRequest' to 1.",
}

const autoPipelining: RedisFinding = {
  level: 'info',
  code: 'auto-pipelining',
  message: 'The client pipelines automatically, which slows the store down: its reads share a command already.',
  remedy: "Leave out 'enableAutoPipelining', or use a separate client for the store.",
}
