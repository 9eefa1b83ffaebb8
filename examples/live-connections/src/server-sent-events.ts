import { createServer, type Server } from 'node:http'
import { finished } from 'node:stream'
import { claimsOf, revocation, statusOf } from './auth.ts'

/** Returns a server that sends events. A client that reconnects after the end gets 401. */
export function eventServer(): Server {
  return createServer(async (request, response) => {
    try {
      const { signal, close } = revocation.watch(await claimsOf(request.headers.authorization))
      finished(response, close)
      signal.addEventListener('abort', () => response.end(`event: end\ndata: ${signal.reason.code}\n\n`))
      response.setHeader('Content-Type', 'text/event-stream').write('data: hello\n\n')
    } catch (error) {
      response.writeHead(statusOf(error)).end()
    }
  })
}
