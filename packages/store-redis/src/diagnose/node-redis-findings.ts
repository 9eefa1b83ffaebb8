import type { NodeRedisClient, NodeRedisCluster, NodeRedisSentinel } from '../clients/node-redis.ts'
import { type RedisFinding, unchecked } from './finding.ts'
import { findingsThatHold, keyPrefix, noConnectTimeout, noReconnect, offlineQueue } from './setting-findings.ts'

/** Options of node-redis that are checked, without defaults. */
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

/** Returns findings on the settings of a node-redis client. */
export function nodeRedisFindings(client: NodeRedisClient | NodeRedisCluster | NodeRedisSentinel): RedisFinding[] {
  const settings = settingsOf(client)
  if (settings === undefined)
    return [unchecked('the settings of the client, which are private', 'Compare them with those in the documentation.')]
  const { connectTimeout, socketTimeout, reconnectStrategy } = settings.socket ?? {}
  return findingsThatHold([
    [Boolean(settings.keyPrefix), keyPrefix],
    [settings.disableOfflineQueue !== true, offlineQueue("Set 'disableOfflineQueue' to true.")],
    [reconnectStrategy === false, noReconnect('lost connection', 'socket.reconnectStrategy')],
    // The default strategy gives up after a socket timeout, and only then.
    [Boolean(socketTimeout) && reconnectStrategy == null, noReconnect('socket timeout', 'socket.reconnectStrategy')],
    [connectTimeout === 0, noConnectTimeout('socket.connectTimeout')],
    [!socketTimeout, noHandshakeTimeout],
    [Boolean(socketTimeout) && !(Number(settings.pingInterval) < Number(socketTimeout)), idleDisconnect],
  ])
}

/**
 * Returns the options of the client. A client has them as a property, a cluster has those of its
 * nodes as a private one, and a Sentinel client has none.
 */
function settingsOf(client: object): Settings | undefined {
  const { options, _options } = client as {
    readonly options?: Settings
    readonly _options?: { readonly defaults?: Settings }
  }
  return 'getSlotMaster' in client ? _options && (_options.defaults ?? {}) : options
}

// The socket timeout begins anew with each command that is sent, so it ends handshakes, but no
// connection in use. The store does that.
const noHandshakeTimeout: RedisFinding = {
  level: 'warning',
  code: 'no-handshake-timeout',
  message: 'If the server accepts a new connection but does not answer, the client waits for it without limit.',
  remedy:
    "Set 'socket.socketTimeout' to 2000, 'pingInterval' to 1000, and 'socket.reconnectStrategy' to a function that returns a short pause.",
}

const idleDisconnect: RedisFinding = {
  level: 'warning',
  code: 'idle-disconnect',
  message: 'The client closes connections that are idle for as long as its socket timeout.',
  remedy: "Set 'pingInterval' to less than 'socket.socketTimeout'.",
}
