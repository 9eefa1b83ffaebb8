import type { NodeRedisClient, NodeRedisCluster, NodeRedisSentinel } from '../clients/node-redis.ts'
import { type RedisFinding, unchecked } from './finding.ts'
import {
  findingsThatHold,
  keyPrefix,
  noConnectTimeout,
  noReconnect,
  noSocketTimeout,
  offlineQueue,
} from './setting-findings.ts'

/** The options that matter here, as they were given. */
interface Settings {
  readonly keyPrefix?: unknown
  readonly disableOfflineQueue?: unknown
  readonly pingInterval?: unknown
  readonly socket?: {
    readonly connectTimeout?: unknown
    readonly socketTimeout?: unknown
    readonly reconnectStrategy?: unknown
  }
}

/** What is wrong with the settings of a node-redis client. */
export function nodeRedisFindings(client: NodeRedisClient | NodeRedisCluster | NodeRedisSentinel): RedisFinding[] {
  const settings = settingsOf(client)
  if (settings === undefined)
    return [unchecked('the settings of the client, which it keeps to itself', 'See the README for those of a client.')]
  const { connectTimeout, socketTimeout, reconnectStrategy } = settings.socket ?? {}
  return findingsThatHold([
    [Boolean(settings.keyPrefix), keyPrefix],
    [settings.disableOfflineQueue !== true, offlineQueue("Set 'disableOfflineQueue' to true.")],
    [reconnectStrategy === false, noReconnect('lost connection', 'socket.reconnectStrategy')],
    // Its own strategy gives up then, and only then.
    [Boolean(socketTimeout) && reconnectStrategy == null, noReconnect('socket timeout', 'socket.reconnectStrategy')],
    [connectTimeout === 0, noConnectTimeout('socket.connectTimeout')],
    [!socketTimeout, noSocketTimeout(socketRemedy)],
    [Boolean(socketTimeout) && !(Number(settings.pingInterval) < Number(socketTimeout)), idleDisconnect],
  ])
}

/**
 * A client shows its options; a cluster those of its nodes, if not in public; a Sentinel client
 * does not.
 */
function settingsOf(client: object): Settings | undefined {
  const { options, _options } = client as {
    readonly options?: Settings
    readonly _options?: { readonly defaults?: Settings }
  }
  return 'getSlotMaster' in client ? _options && (_options.defaults ?? {}) : options
}

const socketRemedy =
  "Set 'socket.socketTimeout' to a few seconds, 'pingInterval' to less, and 'socket.reconnectStrategy' to a function that answers a short pause."

const idleDisconnect: RedisFinding = {
  level: 'warning',
  code: 'idle-disconnect',
  message: 'The client closes connections that are merely idle for as long as its socket timeout.',
  remedy: "Set 'pingInterval' to less than 'socket.socketTimeout'.",
}
