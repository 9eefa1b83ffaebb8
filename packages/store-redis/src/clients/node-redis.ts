import type { RedisPort, SubscriberConnection } from './port.ts'
import { subscribeOnce, subscribeToShard } from './port.ts'
import { createSlots } from './slots.ts'

/** As much of a node-redis client as the store uses. */
export interface NodeRedisClient {
  readonly options?: { readonly keyPrefix?: unknown; readonly socket?: unknown } | undefined
  sendCommand(args: string[]): Promise<unknown>
  duplicate(overrides: Readonly<Record<string, unknown>>): NodeRedisClient
  connect(): Promise<unknown>
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  sSubscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  destroy(): void
  on(event: string, listener: (...args: unknown[]) => void): unknown
}

/** As much of a node-redis cluster as the store uses. */
export interface NodeRedisCluster {
  sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>
  getSlotMaster(slot: number): unknown
  nodeClient(node: unknown): Promise<NodeRedisClient> | NodeRedisClient
}

/** As much of a node-redis Sentinel client as the store uses. */
export interface NodeRedisSentinel {
  sendCommand(isReadonly: boolean, args: string[]): Promise<unknown>
  getMasterNode(): unknown
  _execute<T>(isReadonly: boolean, use: (client: NodeRedisClient) => Promise<T>): Promise<T>
}

/** The port over a standalone client. */
export function nodeRedisPort(client: NodeRedisClient): RedisPort {
  refuseKeyPrefix(client)
  return {
    send: (_key, args) => client.sendCommand(args),
    sendToOwner: (_key, args) => client.sendCommand(args),
    isCluster: false,
    subscribe: (_key, channel, subscriber) =>
      subscribeOnce(async () => connectionTo(client, plainly(channel)), subscriber),
  }
}

/**
 * The port over a cluster client. Not read-only, whatever the command: a replica may not know a
 * revocation yet.
 */
export function nodeRedisClusterPort(cluster: NodeRedisCluster): RedisPort {
  refuseKeyPrefix(cluster)

  const slotOf = createSlots((key) => cluster.sendCommand(key, false, ['CLUSTER', 'KEYSLOT', key]))

  async function ownerOf(key: string): Promise<NodeRedisClient> {
    return await cluster.nodeClient(cluster.getSlotMaster(await slotOf(key)))
  }

  return {
    send: (key, args) => cluster.sendCommand(key, false, args),
    sendToOwner: async (key, args) => (await ownerOf(key)).sendCommand(args),
    isCluster: true,
    subscribe: (key, channel, subscriber) =>
      subscribeOnce(async () => {
        // The client learns who took over when it is redirected, and not before.
        await cluster.sendCommand(key, false, ['EXISTS', key])
        return connectionTo(await ownerOf(key), (connection, onMessage) =>
          subscribeToShard({
            ask: () => connection.sendCommand(['EXISTS', key]),
            sharded: () => connection.sSubscribe(channel, onMessage),
            plain: () => connection.subscribe(channel, onMessage),
          }),
        )
      }, subscriber),
  }
}

/** The port over a Sentinel client. */
export function nodeRedisSentinelPort(sentinel: NodeRedisSentinel): RedisPort {
  refuseKeyPrefix(sentinel)
  return {
    send: (_key, args) => sentinel.sendCommand(false, args),
    sendToOwner: (_key, args) => sentinel.sendCommand(false, args),
    isCluster: false,
    subscribe: (_key, channel, subscriber) =>
      subscribeOnce(
        () => sentinel._execute(false, async (primary) => connectionTo(primary, plainly(channel))),
        subscriber,
      ),
  }
}

type Subscribe = (connection: NodeRedisClient, onMessage: (text: string) => void) => Promise<unknown>

function plainly(channel: string): Subscribe {
  return (connection, onMessage) => connection.subscribe(channel, onMessage)
}

/**
 * A duplicate that lives once: whether and when to connect again is the feed's business, and never
 * the client's.
 */
function connectionTo(client: NodeRedisClient, subscribe: Subscribe): SubscriberConnection {
  const socket = typeof client.options?.socket === 'object' ? client.options.socket : {}
  const connection = client.duplicate({ socket: { ...socket, reconnectStrategy: false } })
  let isConnecting = false
  connection.on('connect', () => {
    isConnecting = false
  })
  const close = (): void => {
    // It throws where it was never connected, or is closed already: then there is nothing to
    // destroy.
    if ((connection as { readonly isOpen?: boolean }).isOpen) connection.destroy()
  }
  return {
    onLost: (listener) => {
      connection.on('error', (error) => listener(error as Error))
      connection.on('end', () => listener(new Error('The connection was closed.')))
      connection.on('sharded-channel-moved', () => listener(new Error('The channel has moved to another node.')))
    },
    open: async (onMessage) => {
      isConnecting = true
      await connection.connect()
      await subscribe(connection, onMessage)
    },
    destroy: () => {
      // While it connects, it has nothing to destroy yet, and would stay connected.
      if (isConnecting) connection.on('connect', close)
      else close()
    },
  }
}

function refuseKeyPrefix(client: object): void {
  const { options } = client as { readonly options?: { readonly keyPrefix?: unknown } }
  if (options?.keyPrefix)
    throw new TypeError("The client must not have a keyPrefix: use the store's prefix option instead.")
}
