// It exists in every runtime that has Node's modules.
import { setImmediate } from 'node:timers'
import { assertWorks } from './client-mode.ts'
import type { RedisPort, SubscriberConnection } from './port.ts'
import { openSubscriber, subscribesToShards } from './port.ts'
import { createSlots } from './slots.ts'

/** The members of a `Redis` of ioredis or iovalkey that the store uses. */
export interface IoredisClient {
  readonly options: {
    readonly keyPrefix?: string | undefined
    readonly role?: string | undefined
    readonly db?: number | undefined
  }
  call(command: string, ...args: string[]): Promise<unknown>
  duplicate(override: Readonly<Record<string, unknown>>): IoredisClient
  connect(): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  ssubscribe(channel: string): Promise<unknown>
  disconnect(): void
  on(event: string, listener: (...args: unknown[]) => void): unknown
}

/** The members of a `Cluster` of ioredis or iovalkey that the store uses. */
export interface IoredisCluster {
  readonly isCluster: boolean
  readonly options: { readonly keyPrefix?: string | undefined; readonly scaleReads?: unknown }
  readonly slots: readonly (readonly string[] | undefined)[]
  call(command: string, ...args: string[]): Promise<unknown>
  nodes(role: 'master'): IoredisClient[]
}

/**
 * Returns the port over a standalone or Sentinel client.
 *
 * @throws TypeError for a client that reads from replicas or rewrites keys.
 */
export function ioredisPort(client: IoredisClient): RedisPort {
  refuseKeyPrefix(client.options.keyPrefix)
  if (client.options.role === 'slave')
    throw new TypeError(
      "The client must talk to the primary: leave out role: 'slave'. A replica may not know a revocation yet.",
    )

  async function call(_key: string, [command = '', ...args]: readonly string[]): Promise<unknown> {
    assertWorks(client)
    return await client.call(command, ...args)
  }

  return {
    send: call,
    sendToOwner: call,
    isCluster: false,
    database: () => databaseOf(client),
    ownerOf: async () => ({
      name: 'primary',
      openSubscriber: (listener) => {
        const connection = connectionTo(client, (connection) => (_key, channel) => connection.subscribe(channel))
        return openSubscriber(connection, listener)
      },
    }),
    nodeOf: () => '',
    dropConnection: () => destroyStream(client),
  }
}

/**
 * Destroys the socket of a client that is connected. The client takes it for a lost connection. On
 * a half-open socket, `disconnect` would wait for 2 seconds.
 */
function destroyStream(client: IoredisClient): void {
  socketOf(client)?.destroy()
}

/** Returns the socket of a client that is connected or connecting. */
function socketOf(client: IoredisClient): { destroy(): void; unref(): void } | undefined {
  return (client as { readonly stream?: { destroy(): void; unref(): void } }).stream
}

/** Returns the database that the client has selected, by an option or by `select`. */
function databaseOf(client: IoredisClient): number {
  // The types of ioredis hide where it keeps the selected database: `condition` of a connected
  // client, `prevCondition` of one that reconnects.
  const { condition, prevCondition } = client as {
    readonly condition?: { readonly select?: number } | null
    readonly prevCondition?: { readonly select?: number } | null
  }
  return condition?.select ?? prevCondition?.select ?? client.options.db ?? 0
}

/**
 * Returns the port over a cluster client. The subscriber connects to the owner of the key's slot,
 * because ioredis' own cluster subscriber swallows failures.
 *
 * @throws TypeError for a client that reads from replicas or rewrites keys.
 */
export function ioredisClusterPort(cluster: IoredisCluster): RedisPort {
  refuseKeyPrefix(cluster.options.keyPrefix)
  const { scaleReads = 'master' } = cluster.options
  if (scaleReads !== 'master')
    throw new TypeError(
      'The cluster client must read from primaries: leave out scaleReads. A replica may not know a revocation yet.',
    )

  const slotOf = createSlots()

  function knownOwnerOf(key: string): IoredisClient | undefined {
    const address = cluster.slots[slotOf(key)]?.[0]
    return cluster.nodes('master').find((node) => addressOf(node) === address)
  }

  function ownerOf(key: string): IoredisClient {
    const owner = knownOwnerOf(key)
    if (owner === undefined) throw new Error('No primary is known for the slot of the feed yet.')
    return owner
  }

  return {
    send: async (key, [command = '', ...args]) => {
      const owner = knownOwnerOf(key)
      if (owner !== undefined) assertWorks(owner)
      return await cluster.call(command, ...args)
    },
    sendToOwner: async (key, [command = '', ...args]) => {
      const owner = ownerOf(key)
      assertWorks(owner)
      return await owner.call(command, ...args)
    },
    isCluster: true,
    database: () => 0,
    ownerOf: async (key) => {
      // Only a redirection tells the client which node took over.
      await cluster.call('EXISTS', key)
      const owner = ownerOf(key)
      return {
        name: addressOf(owner),
        openSubscriber: (listener) => openSubscriber(connectionTo(owner, shardsOf), listener),
      }
    },
    nodeOf: (key) => cluster.slots[slotOf(key)]?.[0] ?? '',
    dropConnection: (key) => {
      const owner = knownOwnerOf(key)
      if (owner !== undefined) destroyStream(owner)
    },
  }
}

function shardsOf(connection: IoredisClient): SubscriberConnection['subscribe'] {
  const subscribe = subscribesToShards()
  return (key, channel) =>
    subscribe({
      ask: () => connection.call('EXISTS', key),
      sharded: () => connection.ssubscribe(channel),
      plain: () => connection.subscribe(channel),
    })
}

function addressOf(node: IoredisClient): string {
  const { host, port } = node.options as { readonly host?: string; readonly port?: number }
  return `${host}:${port}`
}

/**
 * Returns a duplicate of the client that connects once. The store decides if and when to connect
 * again, and the client never does.
 */
function connectionTo(
  client: IoredisClient,
  subscribing: (connection: IoredisClient) => (key: string, channel: string) => Promise<unknown>,
): SubscriberConnection {
  const connection = client.duplicate({
    autoResubscribe: false,
    // RESP3 is the default of ioredis 6, and may come with a mapping of replies. Plain pub/sub
    // needs neither, and ioredis 5 has neither.
    protocol: 2,
    replyMapping: 'legacy',
    enableReadyCheck: false,
    lazyConnect: true,
    // A duplicate would inherit the settings that a cluster client gives to its nodes.
    enableOfflineQueue: true,
    retryStrategy: null,
    sentinelRetryStrategy: null,
    reconnectOnError: null,
    readOnly: false,
  })
  // The subscription of a store that nobody closed must not keep the process alive: neither the
  // connection, nor an attempt to make it.
  const unref = (): void => socketOf(connection)?.unref()
  connection.on('connecting', () => setImmediate(unref))
  connection.on('connect', unref)
  const subscribe = subscribing(connection)
  return {
    onLost: (listener) => {
      connection.on('error', (error) => listener(error as Error))
      connection.on('close', () => listener(new Error('The connection was closed.')))
      // The server ends the subscription if another node now owns the slot of the channel.
      connection.on('moved', () => listener(new Error('The channel has moved to another node.')))
    },
    open: async (onMessage) => {
      for (const event of ['message', 'smessage'])
        connection.on(event, (channel, text) => onMessage(String(channel), String(text)))
      await connection.connect()
    },
    subscribe: async (key, channel) => {
      await subscribe(key, channel)
    },
    destroy: () => {
      destroyStream(connection)
      connection.disconnect()
    },
  }
}

function refuseKeyPrefix(keyPrefix: string | undefined): void {
  // It rewrites keys, but not the channels of SUBSCRIBE and PUBLISH.
  if (keyPrefix) throw new TypeError("The client must not have a keyPrefix: use the store's prefix option instead.")
}
