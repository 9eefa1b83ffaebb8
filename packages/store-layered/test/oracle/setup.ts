import { randomUUID } from 'node:crypto'
import { type FaultProxy, type RedisServer, startFaultProxy, startRedis } from '@revoked/testing'
import type { Site } from './worker.ts'

/** The servers of a trial, and the addresses for its processes. */
export interface Setup {
  readonly readerSites: readonly Site[]
  readonly writerSite: Site
  /** The beginning of all names of the store in the server. */
  readonly tag: string
  readonly stop: () => Promise<void>
}

/**
 * A setup of one server. Commands and subscriptions of the readers pass through one proxy each, and
 * the writer is connected directly.
 */
export interface StandaloneSetup extends Setup {
  readonly server: RedisServer
  readonly commands: FaultProxy
  readonly subscriptions: FaultProxy
}

/** Starts a server with two proxies. */
export async function startStandalone(): Promise<StandaloneSetup> {
  const server = await startRedis({ args: ['--enable-debug-command', 'yes'] })
  const { port } = server
  const commands = await startFaultProxy(port)
  const subscriptions = await startFaultProxy(port)
  const prefix = randomUUID()
  const site = { kind: 'standalone', port: commands.port, subscriberPort: subscriptions.port, prefix } as const
  return {
    server,
    commands,
    subscriptions,
    tag: `{${prefix}:0}`,
    readerSites: [
      { ...site, library: 'ioredis' },
      { ...site, library: 'node-redis' },
    ],
    writerSite: { kind: 'standalone', port, prefix },
    stop: async () => {
      await Promise.all([commands.stop(), subscriptions.stop(), server.stop()])
    },
  }
}
