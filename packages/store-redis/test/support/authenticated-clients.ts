import { entriesOfRun, type RedisServer } from '@revoked/testing'
import { Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { createClient } from 'redis'
import { createClient as createClient5 } from 'redis5'
import { rightsOf } from '../../src/diagnose/rights.ts'
import { createKeySpace } from '../../src/marks/key-space.ts'
import type { ConnectedClient } from './connected-clients.ts'

const user = { username: 'app', password: 's3cret' } as const

const { partitions } = createKeySpace({ prefix: 'revoked', partitions: 1, hashIds: false })

/**
 * The rights that the documentation says to grant for one server: commands, keys and the channel.
 */
export const rights: readonly string[] = rightsOf({ partitions, isCluster: false, database: 0 })

/** Creates the user with these rights. */
export async function letIn(server: RedisServer, granted = rights, password: string = user.password): Promise<void> {
  await server.command('ACL', 'SETUSER', user.username, 'reset', 'on', `>${password}`, ...granted)
}

/** A client that connects as the user. It retries while it is refused. */
export interface ConnectingClient extends ConnectedClient {
  readonly connected: Promise<unknown>
}

const sane = { ...user, lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 1 } as const

/** Every client that the store supports, connecting as the user. */
const allClients: readonly (readonly [name: string, connect: (port: number) => ConnectingClient])[] = [
  ['ioredis 6', (port) => ioredis(new Redis({ port, ...sane }))],
  ['node-redis 6', (port) => nodeRedis(createClient({ socket: { port }, ...user, disableOfflineQueue: true }))],
  ['ioredis 5', (port) => ioredis(new Redis5({ port, ...sane }))],
  ['node-redis 5', (port) => nodeRedis(createClient5({ socket: { port }, ...user, disableOfflineQueue: true }))],
]

/** The clients of this test run: the current versions, or the earlier ones. */
export const authenticatedClients: typeof allClients = entriesOfRun(allClients, 2)

function ioredis(client: Redis | Redis5): ConnectingClient {
  client.on('error', () => undefined)
  return { client, connected: observed(client.connect()), disconnect: () => client.disconnect() }
}

function nodeRedis(client: ReturnType<typeof createClient> | ReturnType<typeof createClient5>): ConnectingClient {
  client.on('error', () => undefined)
  return { client, connected: observed(client.connect()), disconnect: () => client.isOpen && client.destroy() }
}

/** Marks a rejection as handled, because some tests refuse the user. */
function observed(connected: Promise<unknown>): Promise<unknown> {
  connected.catch(() => undefined)
  return connected
}
