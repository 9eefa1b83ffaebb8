import type { RedisPort, SubscriberConnection } from './port.ts'
import { openSubscriber, subscribesToShards } from './port.ts'
import { createSlots } from './slots.ts'

/** The members of a node-redis client that the store uses. */
export interface NodeRedisClient {
  readonly options?:
    | { readonly keyPrefix?: unknown; readonly socket?: unknown; readonly database?: number | undefined }
    | undefined
  sendCommand(args: string[]): Promise<unknown>
  duplicate(overrides: Readonly<Record<string, unknown>>): NodeRedisClient
  connect(): Promise<unknown>
  subscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>
  sSubscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>
  destroy(): void
  unref(): void
  on(event: string, listener: (...args: unknown[]) => void): unknown
}

/** The members of a node-redis cluster that the store uses. */
export interface NodeRedisCluster {
  sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>
  getSlotMaster(slot: number): unknown
  nodeClient(node: unknown): Promise<NodeRedisClient> | NodeRedisClient
}

/** The members of a node-redis Sentinel client that the store uses. */
export interface NodeRedisSentinel {
  sendCommand(isReadonly: boolean, args: string[]): Promise<unknown>
  getMasterNode(): unknown
  _execute<T>(isReadonly: boolean, use: (client: NodeRedisClient) => Promise<T>): Promise<T>
}

/**
 * Returns the port over a standalone client.
 *
 * @throws TypeError for a client that rewrites keys.
 */
export function nodeRedisPort(client: NodeRedisClient): RedisPort {
  refuseKeyPrefix(client)
  return {
    send: (_key, args) => client.sendCommand(args),
    sendToOwner: (_key, args) => client.sendCommand(args),
    isCluster: false,
    database: () => databaseOf(client),
    ownerOf: async () => ({
      name: 'primary',
      openSubscriber: (listener) => openSubscriber(connectionTo(client, plainly), listener),
    }),
    nodeOf: () => '',
    dropConnection: () => reconnect(client),
  }
}

/**
 * Replaces the connection of a client that is ready. The client has no other way to give up a
 * socket that still looks connected. A client that is connecting is left alone, because it would
 * then do so twice, and a client with subscriptions too, because it would lose them.
 */
function reconnect(client: NodeRedisClient): void {
  const { isReady, isPubSubActive } = client as { readonly isReady?: boolean; readonly isPubSubActive?: boolean }
  if (isReady !== true || isPubSubActive === true) return
  client.destroy()
  // The client emits its errors, and its owner sets when it gives up.
  client.connect().catch(() => {})
}

function databaseOf({ options }: NodeRedisClient): number {
  return options?.database ?? 0
}

/**
 * Returns the port over a cluster client. It sends no command as read-only, because a replica may
 * not know a revocation yet.
 *
 * @throws TypeError for a client that rewrites keys.
 */
export function nodeRedisClusterPort(cluster: NodeRedisCluster): RedisPort {
  refuseKeyPrefix(cluster)

  const slotOf = createSlots()

  async function ownerOf(key: string): Promise<NodeRedisClient> {
    return await cluster.nodeClient(cluster.getSlotMaster(slotOf(key)))
  }

  return {
    send: (key, args) => cluster.sendCommand(key, false, args),
    sendToOwner: async (key, args) => (await ownerOf(key)).sendCommand(args),
    isCluster: true,
    database: () => 0,
    ownerOf: async (key) => {
      // Only a redirection tells the client which node took over.
      await cluster.sendCommand(key, false, ['EXISTS', key])
      const owner = await ownerOf(key)
      return {
        name: nameOf(owner),
        openSubscriber: (listener) => openSubscriber(connectionTo(owner, shardsOf), listener),
      }
    },
    nodeOf: (key) => addressOf(cluster, slotOf(key)),
    dropConnection: (key) => void ownerOf(key).then(reconnect, () => {}),
  }
}

/** Returns the address of the owner of a slot, or `''` before the client has read the slots. */
function addressOf(cluster: NodeRedisCluster, slot: number): string {
  try {
    const { address } = cluster.getSlotMaster(slot) as { readonly address?: unknown }
    return String(address)
  } catch {
    return ''
  }
}

function nameOf({ options }: NodeRedisClient): string {
  const { host, port } = (options?.socket ?? {}) as { readonly host?: string; readonly port?: number }
  return `${host}:${port}`
}

function shardsOf(connection: NodeRedisClient, onMessage: OnMessage): SubscriberConnection['subscribe'] {
  const subscribe = subscribesToShards()
  return (key, channel) =>
    subscribe({
      ask: () => connection.sendCommand(['EXISTS', key]),
      sharded: () => connection.sSubscribe(channel, onMessage),
      plain: () => connection.subscribe(channel, onMessage),
    })
}

/**
 * Returns the port over a Sentinel client.
 *
 * @throws TypeError for a client that rewrites keys.
 */
export function nodeRedisSentinelPort(sentinel: NodeRedisSentinel): RedisPort {
  refuseKeyPrefix(sentinel)
  return {
    send: (_key, args) => sentinel.sendCommand(false, args),
    sendToOwner: (_key, args) => sentinel.sendCommand(false, args),
    isCluster: false,
    database: () => sentinel._execute(false, async (primary) => databaseOf(primary)),
    ownerOf: () =>
      sentinel._execute(false, async (primary) => ({
        name: 'primary',
        openSubscriber: (listener) => openSubscriber(connectionTo(primary, plainly), listener),
      })),
    nodeOf: () => '',
    dropConnection: () => void sentinel._execute(false, async (primary) => reconnect(primary)).catch(() => {}),
  }
}

type OnMessage = (text: string, channel: string) => void

/** Returns how a connection subscribes. */
type Subscribing = (connection: NodeRedisClient, onMessage: OnMessage) => SubscriberConnection['subscribe']

const plainly: Subscribing = (connection, onMessage) => async (_key, channel) => {
  await connection.subscribe(channel, onMessage)
}

/**
 * Returns a duplicate of the client that connects once. The store decides if and when to connect
 * again, and the client never does.
 */
function connectionTo(client: NodeRedisClient, subscribing: Subscribing): SubscriberConnection {
  const socket = typeof client.options?.socket === 'object' ? client.options.socket : {}
  // The timer of pings cannot be unreferenced, and without pings a socket timeout would end an idle
  // subscription. Whoever subscribes limits the time that subscribing may take.
  const connection = client.duplicate({
    pingInterval: 0,
    socket: { ...socket, socketTimeout: 0, reconnectStrategy: false },
  })
  // The subscription of a store that nobody closed must not keep the process alive.
  connection.unref()
  let onMessage: OnMessage = () => {}
  // One listener, because the client calls each listener of a channel once.
  const subscribe = subscribing(connection, (text, channel) => onMessage(text, channel))
  let isConnecting = false
  connection.on('connect', () => {
    isConnecting = false
  })
  const close = (): void => {
    // `destroy` throws if the connection was never made or is closed already.
    if ((connection as { readonly isOpen?: boolean }).isOpen) connection.destroy()
  }
  return {
    onLost: (listener) => {
      connection.on('error', (error) => listener(error as Error))
      connection.on('end', () => listener(new Error('The connection was closed.')))
      connection.on('sharded-channel-moved', () => listener(new Error('The channel has moved to another node.')))
    },
    open: async (deliver) => {
      onMessage = (text, channel) => deliver(channel, text)
      isConnecting = true
      await connection.connect()
    },
    subscribe,
    destroy: () => {
      // A client that is connecting has nothing to destroy yet, and would stay connected.
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
