import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const proxyPath = fileURLToPath(new URL('../src/latency/delay-proxy.mjs', import.meta.url))

/** Connects through a proxy, with this delay, to a server that sends back what it receives. */
async function connectTo(delayMs: number): Promise<Socket> {
  const echo = createServer({ noDelay: true }, (socket) => socket.pipe(socket))
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

/**
 * Sends texts one by one, a little later each, so that the proxy reads each alone. Returns what
 * came back, and how many ms after the last was sent.
 */
async function sendAll(socket: Socket, texts: readonly string[], pause: () => Promise<void>) {
  let answer = ''
  const { length } = texts.join('')
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      answer += String(chunk)
      if (answer.length === length) resolve()
    })
  })
  for (const text of texts) {
    socket.write(text)
    await pause()
  }
  const sentAt = performance.now()
  await done
  return { answer, ms: performance.now() - sentAt }
}

test('does not limit how many answers are under way at once', async () => {
  const socket = await connectTo(10)
  const texts = Array.from({ length: 150 }, () => 'x')
  const { ms } = await sendAll(socket, texts, () => new Promise((resolve) => setTimeout(resolve, 1)))
  // One after the other, they would take 10 ms each, which is 1.5 s.
  expect(ms).toBeLessThan(500)
})

test('keeps the order of the bytes', async () => {
  const socket = await connectTo(5)
  const texts = Array.from({ length: 500 }, (_, index) => `${index};`)
  const { answer } = await sendAll(socket, texts, () => new Promise((resolve) => setImmediate(resolve)))
  expect(answer).toBe(texts.join(''))
})
