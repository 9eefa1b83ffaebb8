/** An API behind nginx, which asks a process of the server. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually } from '@revoked/testing'
import { type Nginx, startNginx } from '@revoked/testing/nginx'
import { runProgram, type ServerProcess } from './start-process.ts'

const configuration = readFileSync(new URL('../../proxies/nginx.conf', import.meta.url), 'utf8')

/** A request that has reached the API. */
interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** An API behind nginx. */
export interface BehindNginx {
  readonly nginx: Nginx
  readonly server: ServerProcess
  /** The requests that the API got, in order. A test may empty it. */
  readonly requests: ApiRequest[]
  readonly stop: () => Promise<void>
}

/**
 * Starts all three, with the configuration of the example. `/unchecked` passes without a check.
 *
 * @param others - The URLs of further instances.
 */
export async function startBehindNginx(
  env: Readonly<Record<string, string>>,
  others: readonly string[] = [],
): Promise<BehindNginx> {
  const requests: ApiRequest[] = []
  const api = createServer({ maxHeaderSize: 65_536 }, async (request, response) => {
    const { method = '', url: path = '', headers } = request
    let body = ''
    for await (const chunk of request) body += String(chunk)
    requests.push({ method, path, headers, body })
    if (path === '/broken') response.statusCode = 500
    response.end(path === '/broken' ? 'broken' : 'hello')
  })
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
  const apiAddress = `127.0.0.1:${(api.address() as AddressInfo).port}`
  const server = runProgram('main', env)
  const url = await server.url()
  await eventually(async () => (await fetch(`${url}/health/ready`)).ok, 'ready', 20_000)
  const nginx = await startNginx({
    configFor: (port) => configurationOf({ port, api: apiAddress, forwardAuth: [url, ...others] }),
  })
  return {
    nginx,
    server,
    requests,
    stop: async () => {
      await nginx.stop()
      server.kill('SIGTERM')
      await server.ended
      api.closeAllConnections()
      await new Promise((resolve) => api.close(resolve))
    },
  }
}

interface Addresses {
  readonly port: number
  readonly api: string
  readonly forwardAuth: readonly string[]
}

function configurationOf({ port, api, forwardAuth }: Addresses): string {
  const own = configuration
    .replace('listen 80;', `listen 127.0.0.1:${port};\n  location /unchecked { proxy_pass http://api; }`)
    .replace('server api:3000;', `server ${api};`)
    .replace('server forward-auth:8080;', forwardAuth.map((url) => `server ${new URL(url).host};`).join(' '))
  // A client of the load would count a request twice when nginx closes its connection.
  return `keepalive_requests 10000000;\n${own}`
}
