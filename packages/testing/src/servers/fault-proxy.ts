import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type Faults, faultStream } from './fault-stream.ts'
import { freePort } from './free-port.ts'

export type HalfOpen = 'toServer' | 'toClient' | 'both' | 'none'

/** A TCP proxy whose network can be made worse while connections are open. */
export interface FaultProxy {
  readonly port: number
  /** How many clients are connected, and have not hung up. */
  readonly connections: number
  /** Closes every connection, on both sides. New ones are welcome. */
  readonly cut: () => void
  /**
   * Refuses new connections, as a port on which nobody listens. Resolves when it does, or does no
   * longer.
   */
  readonly refuse: (on: boolean) => Promise<void>
  /** How long bytes are on their way, in each direction, from now on. Zero to end it. */
  readonly delay: (ms: number) => void
  /**
   * Swallows what goes in this direction, the end of a connection included, while the sockets stay
   * open.
   */
  readonly halfOpen: (direction: HalfOpen) => void
  /** The rate of each direction of each connection. `Infinity` to end it. */
  readonly throttle: (bytesPerSecond: number) => void
  readonly stop: () => Promise<void>
}

interface Link {
  readonly client: Socket
  readonly upstream: Socket
  readonly settle: () => void
}

/** Starts a proxy before a port of this machine. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const port = await freePort()
  const links = new Set<Link>()
  let swallowed: HalfOpen = 'none'
  let delayMs = 0
  let bytesPerSecond = Number.POSITIVE_INFINITY
  const faults = (direction: HalfOpen) => (): Faults => {
    return { swallows: swallowed === direction || swallowed === 'both', delayMs, bytesPerSecond }
  }
  const accept = (client: Socket): void => {
    const link = linkTo(targetPort, client, { toServer: faults('toServer'), toClient: faults('toClient') })
    links.add(link)
    for (const socket of [link.client, link.upstream]) {
      socket.on('close', () => client.destroyed && link.upstream.destroyed && links.delete(link))
    }
  }
  let server: Server | undefined = await listen(port, accept)
  const refuse = async (on: boolean): Promise<void> => {
    if (on) {
      // Its `close` event would wait for the connections, too: the port is free at once.
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
