import { entriesOfRun, type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { createClient } from 'redis'
import { createClient as createClient5 } from 'redis5'
import { test as base } from 'vitest'
import type { RedisFinding } from '../../src/diagnose/index.ts'
import type { RedisClient } from '../../src/index.ts'

/** As much of a client as it takes to let go of it. */
interface Disposable {
  on(event: 'error', listener: () => void): unknown
  disconnect?(): unknown
  destroy?(): unknown
}

interface Setup {
  /** A server with these arguments, until the end of the test. */
  readonly start: (...args: string[]) => Promise<RedisServer>
  /**
   * The client, until the end of the test. A server that is gone is the subject of some tests, and
   * no news to it.
   */
  readonly own: <Client extends Disposable>(client: Client) => Client
}

/** A test with servers and clients of its own. */
export const test = base.extend<Setup>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the pattern to know what a fixture needs.
  start: async ({}, use) => {
    const servers: RedisServer[] = []
    await use(async (...args) => {
      const server = await startRedis({ args })
      servers.push(server)
      return server
    })
    await Promise.all(servers.map((server) => server.stop()))
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  own: async ({}, use) => {
    const clients: Disposable[] = []
    await use((client) => {
      client.on('error', () => undefined)
      clients.push(client)
      return client
    })
    for (const client of clients) letGo(client)
  },
})

function letGo(client: Disposable): void {
  if ('isOpen' in client && client.isOpen) client.destroy?.()
  else if (!('isOpen' in client)) client.disconnect?.()
}

/** Settings of ioredis that leave nothing to be desired. */
export const saneIoredis = { enableOfflineQueue: false, maxRetriesPerRequest: 1, socketTimeout: 5_000 } as const

/** Settings of node-redis that leave nothing to be desired. */
export function saneNodeRedis(port: number): {
  socket: { port: number; socketTimeout: number; reconnectStrategy: (retries: number) => number }
  pingInterval: number
  disableOfflineQueue: true
} {
  const reconnectStrategy = (retries: number): number => Math.min(retries * 50, 1_000)
  return { socket: { port, socketTimeout: 10_000, reconnectStrategy }, pingInterval: 4_000, disableOfflineQueue: true }
}

/** How to reach a server. */
interface Address {
  readonly port: number
  readonly username?: string
  readonly password?: string
}

type Connect = (address: Address, own: Setup['own']) => RedisClient

/** Every client that the store supports, set up well, and still connecting. */
const allClients: readonly (readonly [name: string, connect: Connect])[] = [
  ['ioredis 6', (address, own) => own(new Redis({ ...login(address), ...saneIoredis }))],
  [
    'node-redis 6',
    (address, own) => connecting(own(createClient({ ...login(address), ...saneNodeRedis(address.port) }))),
  ],
  ['ioredis 5', (address, own) => own(new Redis5({ ...login(address), ...saneIoredis }))],
  [
    'node-redis 5',
    (address, own) => connecting(own(createClient5({ ...login(address), ...saneNodeRedis(address.port) }))),
  ],
]

/** The clients that this run of the tests is for: the current versions, or the earlier ones. */
export const saneClients: typeof allClients = entriesOfRun(allClients, 2)

function login({ port, username, password }: Address): Address {
  return { port, ...(username && { username }), ...(password && { password }) }
}

/** A client of node-redis connects when it is told to. */
export function connecting<Client extends { connect(): Promise<unknown> }>(client: Client): Client {
  client.connect().catch(() => undefined)
  return client
}

/** What the findings come to, for short. */
export function inShort(findings: readonly RedisFinding[]): string[] {
  return findings.map(({ level, code }) => `${level} ${code}`)
}
