import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type Faults, faultStream } from './fault-stream.ts'
import { freePort } from './free-port.ts'

export type HalfOpen = 'toServer' | 'toClient' | 'both' | 'none'

/** A TCP proxy that injects faults into open connections. */
export interface FaultProxy {
  readonly port: number
  /** The number of connected clients. */
  readonly connections: number
  /** Closes every connection on both sides. New connections are accepted. */
  readonly cut: () => void
  /**
   * Refuses new connections, as a port without a listener does, or accepts them again. Resolves
   * when this is in effect.
   */
  readonly refuse: (on: boolean) => Promise<void>
  /** Sets the delay of bytes in each direction. Zero ends it. */
  readonly delay: (ms: number) => void
  /**
   * Drops all bytes in this direction, including the end of a connection, while the sockets stay
   * open.
   */
  readonly halfOpen: (direction: HalfOpen) => void
  /** Makes every open connection half-open for good. New connections work. */
  readonly strand: () => void
  /** Sets the rate of each direction of each connection. `Infinity` ends the limit. */
  readonly throttle: (bytesPerSecond: number) => void
  readonly stop: () => Promise<void>
}

interface Link {
  readonly client: Socket
  readonly upstream: Socket
  readonly settle: () => void
}

/** Starts a proxy to a port of this machine. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const port = await freePort()
  const links = new Set<Link>()
  let swallowed: HalfOpen = 'none'
  let delayMs = 0
  let bytesPerSecond = Number.POSITIVE_INFINITY
  const stranded = new WeakSet<Link>()
  const accept = (client: Socket): void => {
    const isStranded = (): boolean => stranded.has(link)
    const faults = (direction: HalfOpen) => (): Faults => {
      const swallows = swallowed === direction || swallowed === 'both' || isStranded()
      return { swallows, delayMs, bytesPerSecond }
    }
    const link = linkTo(targetPort, client, { toServer: faults('toServer'), toClient: faults('toClient') })
    links.add(link)
    for (const socket of [link.client, link.upstream]) {
      socket.on('close', () => client.destroyed && link.upstream.destroyed && links.delete(link))
    }
  }
  let server: Server | undefined = await listen(port, accept)
  const refuse = async (on: boolean): Promise<void> => {
    if (on) {
      // The `close` event would also wait for the connections. The port is free at once.
      server?.close()
      server = undefined
    } else server ??= await listen(port, accept)
  }
  const cut = (): void => {
    for (const { client, upstream } of links) {
      client.destroy()
      upstream.destroy()
    }
  }
  return {
    port,
    get connections() {
      return [...links].filter(({ client }) => !client.destroyed && !client.readableEnded).length
    },
    cut,
    refuse,
    delay: (ms) => {
      delayMs = ms
    },
    halfOpen: (direction) => {
      swallowed = direction
      for (const { settle } of links) settle()
    },
    strand: () => {
      for (const link of links) stranded.add(link)
    },
    throttle: (rate) => {
      bytesPerSecond = rate
    },
    stop: async () => {
      await refuse(true)
      const closing = [...links].flatMap(({ client, upstream }) => [client, upstream])
      const closed = closing.filter(({ closed }) => !closed).map((socket) => once(socket, 'close'))
      cut()
      await Promise.all(closed)
    },
  }
}

function linkTo(
  targetPort: number,
  client: Socket,
  faults: { readonly toServer: () => Faults; readonly toClient: () => Faults },
): Link {
  const upstream = connect({ port: targetPort, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  const settleToServer = faultStream(client, upstream, faults.toServer)
  const settleToClient = faultStream(upstream, client, faults.toClient)
  return {
    client,
    upstream,
    settle: () => {
      settleToServer()
      settleToClient()
    },
  }
}

async function listen(port: number, accept: (client: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
