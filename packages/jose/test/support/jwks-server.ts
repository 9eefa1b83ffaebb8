import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * Serves a key set on a free port of this machine until the test is over, or until it is closed.
 */
export async function serveKeys(
  respond: RequestListener,
): Promise<{ readonly url: URL; readonly close: () => Promise<void> }> {
  const server = createServer(respond)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    // Kept-alive connections would hold it open.
    server.closeAllConnections()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
  }
  onTestFinished(close)
  return { url: new URL(`http://127.0.0.1:${port}/jwks.json`), close }
}

/** Answers with a body as JSON. */
export function answering(body: unknown): RequestListener {
  return (_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  }
}

/** Answers with a status alone. */
export function failing(status: number): RequestListener {
  return (_, response) => {
    response.writeHead(status).end()
  }
}
