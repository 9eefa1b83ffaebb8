import { entriesOfRun } from '@revoked/testing'
import { Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { createClient } from 'redis'
import { createClient as createClient5 } from 'redis5'
import type { RedisFinding } from '../../src/diagnose/index.ts'
import type { RedisClient } from '../../src/index.ts'
import { withServers } from './with-servers.ts'

/** The members of a client that disconnect it. */
interface Disposable {
  on(event: 'error', listener: () => void): unknown
  disconnect?(): unknown
  destroy?(): unknown
}

interface Setup {
  /**
   * Registers the client, which is disconnected at the end of the test. Its errors are ignored,
   * because some tests stop the server.
   */
  readonly own: <Client extends Disposable>(client: Client) => Client
}

/** A test with separate servers and clients. */
export const test = withServers.extend<Setup>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the pattern to know what a fixture needs.
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

/** Settings of ioredis without findings. */
export const saneIoredis = { enableOfflineQueue: false, maxRetriesPerRequest: 1 } as const

/** Returns settings of node-redis without findings. */
export function saneNodeRedis(port: number): {
  socket: { port: number; socketTimeout: number; reconnectStrategy: (retries: number) => number }
  pingInterval: number
  disableOfflineQueue: true
} {
  const reconnectStrategy = (retries: number): number => Math.min(retries * 50, 1_000)
  return { socket: { port, socketTimeout: 10_000, reconnectStrategy }, pingInterval: 4_000, disableOfflineQueue: true }
}

/** The port and the credentials for a server. */
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

/** The clients of this test run: the current versions, or the earlier ones. */
export const saneClients: typeof allClients = entriesOfRun(allClients, 2)

function login({ port, username, password }: Address): Address {
  return { port, ...(username && { username }), ...(password && { password }) }
}

/** Starts to connect a client of node-redis, which does not do so by itself. */
export function connecting<Client extends { connect(): Promise<unknown> }>(client: Client): Client {
  client.connect().catch(() => undefined)
  return client
}

/** Returns the levels and codes of the findings. */
export function inShort(findings: readonly RedisFinding[]): string[] {
  return findings.map(({ level, code }) => `${level} ${code}`)
}
