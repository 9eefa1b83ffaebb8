import { connect, createServer, type Socket } from 'node:net'
import { type FaultProxy, startFaultProxy } from '@revoked/testing'
import type { LocatedServer, ServerAddress } from './located-server.ts'
import type { Outage } from './outage.ts'

/**
 * The state of the subscriptions: they work, they stay open and deliver nothing, or they are cut.
 */
type Delivery = 'up' | 'frozen' | 'cut'

/**
 * A control that interrupts the subscriptions of all servers while the database answers everything
 * else.
 */
export interface Subscriptions {
  readonly become: (delivery: Delivery) => Promise<void>
}

/** A control that makes a database unreachable for its clients. */
export interface ServerOutage extends Outage {
  /** The addresses that clients and subscribers must connect to. */
  readonly address: Required<Pick<ServerAddress, 'url' | 'feedUrl'>>
  readonly subscriptions: Subscriptions
  readonly close: () => Promise<void>
}

/**
 * Puts proxies in front of a database. A server that this program started is also stopped by a
 * signal; any other server is not touched.
 */
export async function serverOutage({ kind, url, own }: LocatedServer): Promise<ServerOutage> {
  const relay = own === undefined ? await startRelay(url, kind) : undefined
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
      become: async (delivery) => {
        await refuse(feed, delivery === 'cut')
        feed.halfOpen(delivery === 'frozen' ? 'both' : 'none')
      },
    },
    how: {
      silent: own === undefined ? `the proxy in front of ${kind} drops every byte` : `SIGSTOP to the ${kind} server`,
      failing: `the proxy in front of ${kind} cuts and refuses connections`,
      up: 'the proxy forwards connections, and both servers reconnect by themselves',
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

const defaultPorts = { Redis: 6_379, PostgreSQL: 5_432 } as const

interface Relay {
  readonly port: number
  readonly stop: () => void
}

/**
 * Opens a local port that forwards to the server of the URL, because the proxy connects to ports of
 * this machine only.
 */
async function startRelay(url: string, kind: LocatedServer['kind']): Promise<Relay> {
  const { hostname, port } = new URL(url)
  const target = { host: hostname.replace(/^\[|\]$/g, '') || '127.0.0.1', port: Number(port || defaultPorts[kind]) }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      // The event `close` follows.
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
