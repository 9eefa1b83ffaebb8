import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that listens on 127.0.0.1. */
export interface RunningServer {
  readonly url: string
  readonly close: () => Promise<unknown>
}

/** Starts a server of `node:http` with the handler. Port 0 is any free port. */
export async function listen(handler: RequestListener, port: number): Promise<RunningServer> {
  const server = createServer(handler).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
