import { connect, createServer } from 'node:net'
import type { Load } from '../../../../docs/.vitepress/capacity/load.ts'

/** Counts what passes between clients and a server of PostgreSQL. */
export interface StatementCounter {
  readonly port: number
  /** Returns what was counted so far. */
  readonly counts: () => Load
  readonly stop: () => Promise<void>
}

/** Starts a proxy to a port of this machine that counts bytes and statements. */
export async function startStatementCounter(targetPort: number): Promise<StatementCounter> {
  let [commands, received, sent] = [0, 0, 0]
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1')
    const statementsIn = createStatementReader()
    client.on('data', (chunk) => {
      received += chunk.length
      commands += statementsIn(chunk)
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      sent += chunk.length
      client.write(chunk)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('close', () => other.destroy())
      one.on('error', () => one.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  return {
    port: address.port,
    counts: () => ({ commands, received, sent }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** The types of messages that run a statement: Query and Execute. */
const runs: ReadonlySet<number> = new Set([0x51, 0x45])

/**
 * Returns a function that counts the statements in what a client sends. Messages have a type and a
 * length, except for the first one, which has no type (protocol 3, section "Message Formats").
 */
function createStatementReader(): (chunk: Buffer) => number {
  let rest = Buffer.alloc(0)
  let typeLength = 0
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    let found = 0
    while (rest.length >= typeLength + 4) {
      const length = typeLength + rest.readInt32BE(typeLength)
      if (rest.length < length) break
      if (typeLength === 1 && runs.has(rest.readUInt8(0))) found++
      typeLength = 1
      rest = rest.subarray(length)
    }
    return found
  }
}
