import { connect, createServer, type Socket } from 'node:net'
import { startFaultProxy } from '@revoked/test-support'
import type { LocatedRedis } from './locate-redis.ts'
import type { Outage } from './outage.ts'

/** A Redis that can be taken away from its clients. */
export interface RedisOutage extends Outage {
  /** Where clients must connect to. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** Puts a proxy in front of a Redis. A server of ours is stopped for its silence; nobody else's is ever touched. */
export async function redisOutage({ url, own }: LocatedRedis): Promise<RedisOutage> {
  const relay = own === undefined ? await startRelay(url) : undefined
  const proxy = await startFaultProxy(own?.port ?? relay?.port ?? 0)

  function beSilent(on: boolean): void {
    if (own === undefined) proxy.halfOpen(on ? 'both' : 'none')
    else own.kill(on ? 'SIGSTOP' : 'SIGCONT')
  }

  const proxied = new URL(url)
  proxied.hostname = '127.0.0.1'
  proxied.port = String(proxy.port)
  return {
    url: proxied.href,
    how: {
      silent: own === undefined ? 'the proxy in front of Redis swallows every byte' : 'SIGSTOP to the Redis server',
      failing: 'the proxy in front of Redis cuts and refuses connections',
      up: 'the proxy lets connections through, and both servers come back by themselves',
    },
    become: async (condition) => {
      await proxy.refuse(condition === 'failing')
      if (condition === 'failing') proxy.cut()
      beSilent(condition === 'silent')
    },
    close: async () => {
      await proxy.stop()
      relay?.stop()
    },
  }
}

interface Relay {
  readonly port: number
  readonly stop: () => void
}

/** A port of this machine that leads to the server of the URL: the proxy knows no other machines. */
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
