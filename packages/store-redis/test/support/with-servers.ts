import { type RedisServer, startRedis } from '@revoked/testing'
import { test } from 'vitest'

/** What a test with servers receives. */
export interface ServerSetup {
  /** Starts a server with these arguments. It runs until the end of the test. */
  readonly start: (...args: string[]) => Promise<RedisServer>
}

/** A test with servers of its own. */
export const withServers = test.extend<ServerSetup>({
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
})
