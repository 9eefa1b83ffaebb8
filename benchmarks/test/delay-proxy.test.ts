import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const proxyPath = fileURLToPath(new URL('../src/latency/delay-proxy.mjs', import.meta.url))

/** Connects through a proxy, with this delay, to a server that sends back what it receives. */
async function connectTo(delayMs: number): Promise<Socket> {
  const echo = createServer((socket) => socket.pipe(socket))
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const address = echo.address()
  if (address === null || typeof address === 'string') throw new TypeError('The server has no port.')
  const proxy = fork(proxyPath, [String(address.port), String(delayMs)], { execArgv: [] })
  const [port] = await once(proxy, 'message')
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  onTestFinished(() => {
    socket.destroy()
    proxy.disconnect()
    echo.close()
  })
  await once(socket, 'connect')
  return socket
}

/** Sends one byte and waits for it. Returns how many ms this took. */
async function roundTrip(socket: Socket): Promise<number> {
  const startedAt = performance.now()
  socket.write('x')
  await once(socket, 'data')
  return performance.now() - startedAt
}

test('delays every answer by no less than the delay', async () => {
  const socket = await connectTo(20)
  for (let time = 0; time < 5; time++) expect(await roundTrip(socket)).toBeGreaterThanOrEqual(19.9)
  const without = await connectTo(0)
  const times = []
  for (let time = 0; time < 20; time++) times.push(await roundTrip(without))
  expect(Math.min(...times)).toBeLessThan(19.9)
})

test('does not limit how many answers are under way at once', async () => {
  const socket = await connectTo(5)
  const count = 400
  let received = 0
  const startedAt = performance.now()
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (received === count) resolve()
    })
  })
  // In separate chunks, each of which would wait for a separate timer if they waited in turn.
  for (let sent = 0; sent < count; sent++) {
    socket.write('x')
    await new Promise((resolve) => setImmediate(resolve))
  }
  const sentAt = performance.now()
  await done
  // In turn, they would take 5 ms each, which is 2 s.
  expect(performance.now() - sentAt).toBeLessThan(1_000)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(4.9)
})

test('keeps the order of the bytes', async () => {
  const socket = await connectTo(2)
  const text = Array.from({ length: 200 }, (_, index) => `${index};`).join('')
  let answer = ''
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      answer += String(chunk)
      if (answer.length === text.length) resolve()
    })
  })
  for (const part of text.match(/.{1,7}/g) ?? []) {
    socket.write(part)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await done
  expect(answer).toBe(text)
})
