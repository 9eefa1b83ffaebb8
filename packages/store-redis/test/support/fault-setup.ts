import {
  type Claims,
  createRevocation,
  type FollowableStore,
  type Revocation,
  type RevocationStore,
} from '@revoked/core'
import { type FaultProxy, type RedisServer, startFaultProxy } from '@revoked/testing'
import { redisStore } from '../../src/index.ts'
import type { ConnectedClient } from './connected-clients.ts'
import { type ServerSetup, withServers } from './with-servers.ts'

/** The deadline of a check. A revocation has five times as long. */
export const timeoutMs = 300

interface ClientSetup {
  /** Starts a proxy to the port. */
  readonly proxyTo: (port: number) => Promise<FaultProxy>
  /** Opens a store over the client. */
  readonly open: (connecting: ConnectedClient | Promise<ConnectedClient>) => Promise<FollowableStore>
}

/** Functions that a test receives. What they open is closed at the end of the test. */
export type Setup = ServerSetup & ClientSetup

/** A test with separate servers, proxies and clients. */
export const test = withServers.extend<ClientSetup>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the pattern to know what a fixture needs.
  proxyTo: async ({}, use) => {
    const proxies: FaultProxy[] = []
    await use(async (port) => {
      const proxy = await startFaultProxy(port)
      proxies.push(proxy)
      return proxy
    })
    await Promise.all(proxies.map((proxy) => proxy.stop()))
  },
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the pattern to know what a fixture needs.
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

/** Returns a revocation over the store, with a deadline that a test can wait for. */
export function revocationOver(store: RevocationStore, timeout = timeoutMs): Revocation {
  return createRevocation({ store, maxTokenLifetime: '1h', timeout: `${timeout}ms` })
}

/** Returns the claims of a token. */
export function tokenOf(jti: string): Claims {
  const iat = Math.floor(Date.now() / 1_000)
  return { jti, iat, exp: iat + 600 }
}

/** Returns the claims of several tokens. */
export function tokensOf(name: string, count: number): Claims[] {
  return Array.from({ length: count }, (_, index) => tokenOf(`${name}-${index}`))
}

/** Returns the number of changes in the store's log. */
export async function changesOn(server: RedisServer): Promise<number> {
  return Number(await server.command('HGET', '{revoked:0}:feed', 'sequence'))
}

/** Returns the number of tokens that are stored as revoked. */
export async function marksOn(server: RedisServer): Promise<number> {
  const keys = await server.command('KEYS', '{revoked:0}:jti:*')
  return Array.isArray(keys) ? keys.length : Number.NaN
}
