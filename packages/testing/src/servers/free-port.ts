import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// The ports are below those for outgoing connections (from 32768 on, Linux), so that no connection
// takes the port of a server that is about to restart. The ports of the cluster bus, 10000 higher,
// are below them as well.
const firstPort = 10_000
const lastPort = 22_767
const busOffset = 10_000
const attempts = 100

/** Returns a port that is free together with its cluster bus port. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(firstPort, lastPort + 1)
    if ((await isFree(port)) && (await isFree(busPort(port)))) return port
  }
  throw new Error(`no free port among ${attempts} of ${firstPort} to ${lastPort}`)
}

/** Returns the port of the cluster bus. It is the default, because Redis 6.2 has no other. */
export function busPort(port: number): number {
  return port + busOffset
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  }
}
