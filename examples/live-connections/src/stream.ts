import { createServer, type Server } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { claimsOf, revocation, statusOf } from './auth.ts'

/**
 * Returns a server that passes on a long response of another server, such as that of a language
 * model. Both connections end when the token is revoked.
 */
export function streamServer(upstream: string): Server {
  return createServer(async (request, response) => {
    try {
      using watch = revocation.watch(await claimsOf(request.headers.authorization))
      const { body } = await fetch(upstream, { signal: watch.signal })
      if (body !== null) await pipeline(Readable.fromWeb(body), response, { signal: watch.signal })
    } catch (error) {
      // A response that has begun is cut off, so that the client knows that it is not complete.
      if (response.headersSent) response.destroy()
      else response.writeHead(statusOf(error)).end()
    }
  })
}
