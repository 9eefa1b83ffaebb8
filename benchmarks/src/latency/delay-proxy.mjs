// @ts-check
// A process that forwards connections to a port and delays what the server answers. The number of
// bytes in flight is not limited, and answers keep their order, as on a long line.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

// Ends when its parent ends, even if that is killed.
process.on('disconnect', () => process.exit())

const [port, delay] = process.argv.slice(2).map(Number)
const delayMs = delay ?? 0

const server = createServer({ noDelay: true }, (client) => {
  const upstream = connect({ port: port ?? 0, host: '127.0.0.1', noDelay: true })
  client.on('data', (chunk) => upstream.write(chunk))
  upstream.on(
    'data',
    delayed((chunk) => client.write(chunk)),
  )
  for (const [one, other] of /** @type {const} */ ([
    [client, upstream],
    [upstream, client],
  ])) {
    one.on('close', () => other.destroy())
    // The `close` event that follows reports a reset.
    one.on('error', () => undefined)
  }
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.send?.(/** @type {import('node:net').AddressInfo} */ (server.address()).port)

/**
 * Returns a function that passes chunks on after the delay. One timer serves all that are under
 * way: with a timer for each, chunks would follow each other no closer than a timer can wait.
 *
 * @param {(chunk: Buffer) => void} write
 */
function delayed(write) {
  /** @type {{ readonly chunk: Buffer, readonly dueAt: number }[]} */
  let waiting = []
  function pass() {
    const now = performance.now()
    const due = waiting.filter(({ dueAt }) => dueAt <= now)
    waiting = waiting.slice(due.length)
    for (const { chunk } of due) write(chunk)
    const [next] = waiting
    if (next !== undefined) setTimeout(pass, next.dueAt - now)
  }
  return (/** @type {Buffer} */ chunk) => {
    if (delayMs === 0) return write(chunk)
    waiting.push({ chunk, dueAt: performance.now() + delayMs })
    if (waiting.length === 1) setTimeout(pass, delayMs)
  }
}
