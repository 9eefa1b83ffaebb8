import type { IoredisClient, IoredisCluster } from '../clients/ioredis.ts'
import type { RedisFinding } from './finding.ts'
import {
  findingsThatHold,
  keyPrefix,
  noConnectTimeout,
  noReconnect,
  noSocketTimeout,
  offlineQueue,
  replicaReads,
} from './setting-findings.ts'

/**
 * The options that matter here. A `Redis` has them with the defaults filled in, a `Cluster` not
 * those of its nodes.
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
  readonly socketTimeout?: unknown
  readonly redisOptions?: Settings
}

/**
 * Until a request is rejected, the server being gone: 0.8 s with 3 retries, 73 s with 20 (ioredis
 * 6.0, its own pauses).
 */
const maxRetries = 3

/** What is wrong with the settings of an ioredis client. */
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
    ...timeouts(options),
  ])
}

function clusterFindings(options: Settings): RedisFinding[] {
  const { scaleReads = 'master', clusterRetryStrategy, redisOptions } = options
  return findingsThatHold([
    [scaleReads !== 'master', replicaReads('scaleReads')],
    [options.enableOfflineQueue !== false, offlineQueue("Set 'enableOfflineQueue' to false.")],
    [typeof clusterRetryStrategy !== 'function', noReconnect('lost connection', 'clusterRetryStrategy')],
    ...timeouts({ connectTimeout: defaultConnectTimeout, ...redisOptions }),
  ])
}

const defaultConnectTimeout = 10_000

function timeouts({ connectTimeout, socketTimeout }: Settings): Parameters<typeof findingsThatHold>[0] {
  return [
    [!connectTimeout, noConnectTimeout('connectTimeout')],
    [!socketTimeout, noSocketTimeout("Set 'socketTimeout' to a few seconds.")],
  ]
}

const fewRetriesToo = "Set 'enableOfflineQueue' to false, and 'maxRetriesPerRequest' to 1."

const manyRetries: RedisFinding = {
  level: 'warning',
  code: 'many-retries',
  message: 'When the connection is lost, requests that are under way wait for many retries instead of being rejected.',
  remedy: "Set 'maxRetriesPerRequest' to 1.",
}

const autoPipelining: RedisFinding = {
  level: 'info',
  code: 'auto-pipelining',
  message: 'The client pipelines by itself, which slows the store down: its reads share a command already.',
  remedy: "Leave out 'enableAutoPipelining', or give the store a client of its own.",
}
