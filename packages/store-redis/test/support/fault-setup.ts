import {
  type Claims,
  createRevocation,
  type FollowableStore,
  type Revocation,
  type RevocationStore,
} from '@revoked/core'
import { type FaultProxy, type RedisServer, startFaultProxy, startRedis } from '@revoked/testing'
import { test as base } from 'vitest'
import { redisStore } from '../../src/index.ts'
import type { ConnectedClient } from './connected-clients.ts'

/** A check has as long to answer, and a revocation five times as long. */
export const timeoutMs = 300

/** What a test is given; all of it ends with the test. */
export interface Setup {
  /** A server with these arguments, until the end of the test. */
  readonly start: (...args: string[]) => Promise<RedisServer>
  /** A proxy before the port, until the end of the test. */
  readonly proxyTo: (port: number) => Promise<FaultProxy>
  /** The store over the client, until the end of the test. */
  readonly open: (connecting: ConnectedClient | Promise<ConnectedClient>) => Promise<FollowableStore>
}

/** A test with servers, proxies and clients of its own. */
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
  proxyTo: async ({}, use) => {
    const proxies: FaultProxy[] = []
    await use(async (port) => {
      const proxy = await startFaultProxy(port)
      proxies.push(proxy)
      return proxy
    })
    await Promise.all(proxies.map((proxy) => proxy.stop()))
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  open: async ({}, use) => {
    const opened: ConnectedClient[] = []
    await use(async (connecting) => {
      const connected = await connecting
      opened.push(connected)
      return redisStore(connected.client)
    })
    for (const { disconnect } of opened) disconnect()
  },
})

/** Decides over the store, with a deadline that a test can wait for. */
export function revocationOver(store: RevocationStore, timeout = timeoutMs): Revocation {
  return createRevocation({ store, maxTokenLifetime: '1h', timeout: `${timeout}ms` })
}

/** The claims of a token. */
export function tokenOf(jti: string): Claims {
  const iat = Math.floor(Date.now() / 1_000)
  return { jti, iat, exp: iat + 600 }
}

/** The claims of many tokens. */
export function tokensOf(name: string, count: number): Claims[] {
  return Array.from({ length: count }, (_, index) => tokenOf(`${name}-${index}`))
}

/** How many changes the store's log has seen. */
export async function changesOn(server: RedisServer): Promise<number> {
  return Number(await server.command('HGET', '{revoked:0}:feed', 'sequence'))
}

/** How many tokens are stored as revoked. */
export async function marksOn(server: RedisServer): Promise<number> {
  const keys = await server.command('KEYS', '{revoked:0}:jti:*')
  return Array.isArray(keys) ? keys.length : Number.NaN
}
