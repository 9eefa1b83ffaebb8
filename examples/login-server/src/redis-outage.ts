import { connect, createServer, type Socket } from 'node:net'
import { type FaultProxy, startFaultProxy } from '@revoked/testing'
import type { LocatedRedis } from './locate-redis.ts'
import type { Outage } from './outage.ts'
import type { RedisAddress } from './redis-client.ts'

/**
 * What servers hear of each other: everything, nothing without knowing it, or nothing and they
 * know.
 */
type Hearing = 'up' | 'frozen' | 'cut'

/** The subscriptions of all servers, which can be taken away while Redis goes on answering. */
export interface Subscriptions {
  readonly become: (hearing: Hearing) => Promise<void>
}

/** A Redis that can be taken away from its clients. */
export interface RedisOutage extends Outage {
  /** Where clients and subscribers must connect to. */
  readonly address: Required<Pick<RedisAddress, 'url' | 'feedUrl'>>
  readonly subscriptions: Subscriptions
  readonly close: () => Promise<void>
}

/**
 * Puts a proxy in front of a Redis. A server of ours is stopped for its silence; nobody else's is
 * ever touched.
 */
export async function redisOutage({ url, own }: LocatedRedis): Promise<RedisOutage> {
  const relay = own === undefined ? await startRelay(url) : undefined
  const port = own?.port ?? relay?.port ?? 0
  const proxies = [await startFaultProxy(port), await startFaultProxy(port)] as const
  const [client, feed] = proxies

  function beSilent(on: boolean): void {
    if (own !== undefined) own.kill(on ? 'SIGSTOP' : 'SIGCONT')
    else for (const proxy of proxies) proxy.halfOpen(on ? 'both' : 'none')
  }

  return {
    address: { url: through(url, client), feedUrl: through(url, feed) },
    subscriptions: {
      become: async (hearing) => {
        await refuse(feed, hearing === 'cut')
        feed.halfOpen(hearing === 'frozen' ? 'both' : 'none')
      },
    },
    how: {
      silent: own === undefined ? 'the proxy in front of Redis swallows every byte' : 'SIGSTOP to the Redis server',
      failing: 'the proxy in front of Redis cuts and refuses connections',
      up: 'the proxy lets connections through, and both servers come back by themselves',
    },
    become: async (condition) => {
      for (const proxy of proxies) await refuse(proxy, condition === 'failing')
      beSilent(condition === 'silent')
    },
    close: async () => {
      for (const proxy of proxies) await proxy.stop()
      relay?.stop()
    },
  }
}

function through(url: string, { port }: FaultProxy): string {
  const proxied = new URL(url)
  proxied.hostname = '127.0.0.1'
  proxied.port = String(port)
  return proxied.href
}

async function refuse(proxy: FaultProxy, on: boolean): Promise<void> {
  await proxy.refuse(on)
  if (on) proxy.cut()
}

interface Relay {
  readonly port: number
  readonly stop: () => void
}

/**
 * A port of this machine that leads to the server of the URL: the proxy knows no other machines.
 */
async function startRelay(url: string): Promise<Relay> {
  const { hostname, port } = new URL(url)
  const target = { host: hostname.replace(/^\[|\]$/g, '') || '127.0.0.1', port: Number(port || 6379) }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      // Why a connection broke is told by the `close` that follows.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    stop: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
