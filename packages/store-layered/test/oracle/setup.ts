import { randomUUID } from 'node:crypto'
import { type FaultProxy, type RedisServer, startFaultProxy, startRedis } from '@revoked/testing'
import type { Site } from './worker.ts'

/** The servers of a trial, and how its processes reach them. */
export interface Setup {
  readonly readerSites: readonly Site[]
  readonly writerSite: Site
  readonly channel: string
  readonly stop: () => Promise<void>
}

/**
 * One server. The readers' commands and their subscriptions come through a proxy each; the writer
 * is always connected.
 */
export interface StandaloneSetup extends Setup {
  readonly server: RedisServer
  readonly commands: FaultProxy
  readonly subscriptions: FaultProxy
}

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
    channel: `{${prefix}:0}:changes`,
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
