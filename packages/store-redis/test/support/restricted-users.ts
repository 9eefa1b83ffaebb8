import { randomUUID } from 'node:crypto'
import type { LogSubject } from '@revoked/conformance'
import type { RedisServer } from '@revoked/testing'
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import { rightsOf } from '../../src/diagnose/rights.ts'
import type { RedisStoreOptions } from '../../src/index.ts'
import { createKeySpace } from '../../src/marks/key-space.ts'
import { type ConnectedClient, openStore } from './connected-clients.ts'

/** The place of a store, and the client that connects to it. */
export interface Place {
  /** The nodes on which the user is created. The client connects to the first one. */
  readonly nodes: readonly RedisServer[]
  readonly isCluster: boolean
  readonly database: number
  readonly connect: (port: number, user: User) => Promise<ConnectedClient>
}

/** A user with the rights of one store. */
export interface User {
  readonly username: string
  readonly password: string
}

const password = 's3cret'

/** Returns the rights that a store with these options needs. */
export function rightsAt(
  { isCluster, database }: Pick<Place, 'isCluster' | 'database'>,
  { prefix = 'revoked', partitions = 1 }: RedisStoreOptions,
): readonly string[] {
  const keySpace = createKeySpace({ prefix, partitions, hashIds: false })
  return rightsOf({ partitions: keySpace.partitions, isCluster, database })
}

/** Creates the user anew with these rights, on all nodes. */
export async function createUser(nodes: Place['nodes'], username: string, rights: readonly string[]): Promise<User> {
  for (const node of nodes) await node.command('ACL', 'SETUSER', username, 'reset', 'on', `>${password}`, ...rights)
  return { username, password }
}

/**
 * Returns a subject of the conformance cases whose stores have the rights of the documentation,
 * each.
 */
export function restrictedSubject(place: Place, layout: RedisStoreOptions): LogSubject {
  const open = async (options: RedisStoreOptions): ReturnType<typeof openStore> => {
    const withPrefix = { ...layout, ...options, prefix: `test-${randomUUID()}` }
    const user = await createUser(place.nodes, withPrefix.prefix, rightsAt(place, withPrefix))
    return await openStore((port) => place.connect(port, user), { port: place.nodes[0]?.port ?? 0 }, withPrefix)
  }
  const logLength = 1_000
  return { open: () => open({}), openShort: async () => ({ ...(await open({ logLength })), logLength }) }
}

const ignoreErrors = (): void => undefined

type ServerClient = readonly [name: string, connect: (database: number) => Place['connect']]

/** The clients that connect to a database of one server as a user. */
export const serverClients: readonly [ServerClient, ServerClient] = [
  [
    'ioredis 6',
    (db) => async (port, user) => {
      const client = new Redis({ port, db, ...user, lazyConnect: true, maxRetriesPerRequest: 1 })
      client.on('error', ignoreErrors)
      await client.connect()
      return { client, disconnect: () => client.disconnect() }
    },
  ],
  [
    'node-redis 6',
    (database) => async (port, user) => {
      const client = createClient({ socket: { port, reconnectStrategy: false }, database, ...user, pingInterval: 20 })
      client.on('error', ignoreErrors)
      await client.connect()
      return { client, disconnect: () => client.isOpen && client.destroy() }
    },
  ],
]

/** The clients that connect to a Cluster as a user. */
export const clusterUsers: readonly (readonly [name: string, connect: Place['connect']])[] = [
  [
    'ioredis 6',
    async (port, user) => {
      const client = new Cluster([{ host: '127.0.0.1', port }], {
        redisOptions: user,
        lazyConnect: true,
        clusterRetryStrategy: () => null,
      })
      client.on('error', ignoreErrors)
      await client.connect()
      return { client, disconnect: () => client.disconnect() }
    },
  ],
  [
    'node-redis 6',
    async (port, user) => {
      const client = createCluster({
        rootNodes: [{ socket: { host: '127.0.0.1', port } }],
        defaults: { ...user, pingInterval: 20 },
      })
      client.on('error', ignoreErrors)
      await client.connect()
      return { client, disconnect: () => client.destroy() }
    },
  ],
]
