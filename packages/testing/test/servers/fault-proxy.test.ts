import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import {
  eventually,
  type FaultProxy,
  type RedisServer,
  respCommand,
  startFaultProxy,
  startRedis,
} from '@revoked/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

let server: RedisServer
let proxy: FaultProxy
const sockets: Socket[] = []

beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())
beforeEach(async () => {
  proxy = await startFaultProxy(server.port)
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await proxy.stop()
})

async function client(): Promise<{ socket: Socket; received: () => string; isClosed: () => boolean }> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', noDelay: true })
  sockets.push(socket)
  let received = ''
  let isClosed = false
  socket.on('data', (chunk) => {
    received += chunk
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    isClosed = true
  })
  await once(socket, 'connect')
  // The proxy has connected to the server by then, too.
  socket.write('PING\r\n')
  await eventually(() => received === '+PONG\r\n', 'the server answers')
  received = ''
  return { socket, received: () => received, isClosed: () => isClosed }
}

async function clientsOfServer(): Promise<number> {
  const list = String(await server.command('CLIENT', 'LIST'))
  // Ours of this command is one of them.
  return list.trimEnd().split('\n').length - 1
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startAt = performance.now()
  await work()
  return performance.now() - startAt
}

describe('a proxy', () => {
  test('forwards commands and answers of any size', async () => {
    const value = 'x'.repeat(5_000_000)
    expect(await respCommand(proxy.port, 'SET', 'large', value)).toBe('OK')
    expect(await respCommand(proxy.port, 'GET', 'large')).toBe(value)
  })

  test('counts the connections, and forwards their end from either side', async () => {
    const [first, second] = [await client(), await client()]
    expect(proxy.connections).toBe(2)
    first.socket.end()
    await eventually(async () => (await clientsOfServer()) === 1, 'the server sees the end')
    await eventually(() => proxy.connections === 1, 'the proxy sees the end')
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal')
    await eventually(second.isClosed, 'the client sees the end')
    await eventually(() => proxy.connections === 0, 'none is left')
  })

  test('cuts every connection, and accepts new ones', async () => {
    const clients = [await client(), await client()]
    proxy.cut()
    await eventually(() => clients.every(({ isClosed }) => isClosed()), 'the clients see the cut')
    await eventually(async () => (await clientsOfServer()) === 0, 'the server sees the cut')
    expect(proxy.connections).toBe(0)
    expect(await respCommand(proxy.port, 'PING')).toBe('PONG')
  })

  test('refuses new connections, and keeps the old ones', async () => {
    const { socket, received } = await client()
    await proxy.refuse(true)
    await expect(respCommand(proxy.port, 'PING')).rejects.toThrow('ECONNREFUSED')
    socket.write('PING\r\n')
    await eventually(() => received() === '+PONG\r\n', 'the old connection answers')
    await proxy.refuse(false)
    expect(await respCommand(proxy.port, 'PING')).toBe('PONG')
  })

  test('delays each direction for the given time, in order', async () => {
    const { socket, received } = await client()
    proxy.delay(60)
    const tookMs = await timeOf(async () => {
      for (let index = 0; index < 20; index += 1) socket.write(`ECHO ${index}\r\n`)
      await eventually(() => received().split('\r\n').length === 41, 'all answers')
    })
    expect(tookMs).toBeGreaterThanOrEqual(120)
    // Each on its own would have taken twenty times as long.
    expect(tookMs).toBeLessThan(1_200)
    expect(received().match(/^\d+/gm)?.map(Number)).toEqual(Array.from({ length: 20 }, (_, index) => index))
    proxy.delay(0)
    expect(await timeOf(() => respCommand(proxy.port, 'PING'))).toBeLessThan(60)
  })

  test('throttles until the limit is removed', async () => {
    await server.command('SET', 'some', 'x'.repeat(20_000))
    proxy.throttle(100_000)
    expect(await timeOf(() => respCommand(proxy.port, 'GET', 'some'))).toBeGreaterThanOrEqual(180)
    proxy.throttle(1_000)
    const { socket, received } = await client()
    socket.write('GET some\r\n')
    await eventually(() => received().length > 0, 'the first bytes')
    expect(received().length).toBeLessThan(1_000)
    proxy.throttle(Number.POSITIVE_INFINITY)
    await eventually(() => received().length > 20_000, 'the rest')
  })
})

describe('a half-open connection', () => {
  test('to the server drops commands, but not messages', async () => {
    const { socket, received, isClosed } = await client()
    socket.write('SUBSCRIBE news\r\n')
    await eventually(() => received().includes('subscribe'), 'the subscription')
    proxy.halfOpen('toServer')
    socket.write('SUBSCRIBE more\r\n')
    expect(await server.command('PUBLISH', 'news', 'still here')).toBe(1)
    await eventually(() => received().includes('still here'), 'the message')
    proxy.halfOpen('none')
    socket.write('SUBSCRIBE third\r\n')
    await eventually(() => received().includes('third'), 'the subscription after it')
    expect(received()).not.toContain('more')
    expect(isClosed()).toBe(false)
  })

  test('to the client drops answers, but not commands', async () => {
    const { socket, received } = await client()
    proxy.halfOpen('toClient')
    socket.write('SET half open\r\n')
    await eventually(async () => (await server.command('GET', 'half')) === 'open', 'the command has run')
    // By the answer to a later command, that to SET has reached the proxy.
    await server.command('PING')
    proxy.halfOpen('none')
    socket.write('ECHO after\r\n')
    await eventually(() => received().includes('after'), 'an answer')
    expect(received()).not.toContain('OK')
  })

  test('for good leaves open connections without answers, while new ones work', async () => {
    const old = await client()
    old.socket.write('PING\r\n')
    await eventually(() => old.received().includes('PONG'), 'an answer before it')
    proxy.strand()
    proxy.halfOpen('none')
    old.socket.write('SET stranded yes\r\n')
    const fresh = await client()
    fresh.socket.write('PING\r\n')
    await eventually(() => fresh.received().includes('PONG'), 'an answer to a new connection')
    expect(await server.command('EXISTS', 'stranded')).toBe(0)
    expect([old.received(), old.isClosed()]).toEqual(['+PONG\r\n', false])
  })

  test('hides the end of a connection from the other side until it is over', async () => {
    const gone = await client()
    const left = await client()
    proxy.halfOpen('both')
    gone.socket.destroy()
    await eventually(() => proxy.connections === 1, 'the proxy sees the end of the one')
    expect(await clientsOfServer()).toBe(2)
    left.socket.write('PING\r\n')
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal')
    expect(await clientsOfServer()).toBe(0)
    expect([left.isClosed(), left.received()]).toEqual([false, ''])
    proxy.halfOpen('none')
    await eventually(left.isClosed, 'the client learns that the server is gone')
    await eventually(() => proxy.connections === 0, 'none is left')
  })
})

describe('with a target of ours', () => {
  let target: Server
  let upstream: Socket | undefined
  beforeEach(async () => {
    target = createServer((socket) => {
      upstream = socket
      socket.on('error', () => undefined)
    }).listen(0, '127.0.0.1')
    await once(target, 'listening')
  })
  afterEach(() => {
    upstream?.destroy()
    target.close()
  })

  test('a sender waits for a receiver that does not read', async () => {
    const address = target.address()
    const own = await startFaultProxy(typeof address === 'object' && address !== null ? address.port : 0)
    const sender = connect({ port: own.port, host: '127.0.0.1' })
    sockets.push(sender)
    await eventually(() => upstream, 'the connection')
    upstream?.pause()
    const total = 64 * 1024 * 1024
    let isSent = false
    sender.write(Buffer.alloc(total, 'x'), () => {
      isSent = true
    })
    let before = -1
    await eventually(() => {
      const now = sender.bytesWritten - sender.writableLength
      const stands = now === before
      before = now
      return stands
    }, 'the sender stands still')
    expect(isSent).toBe(false)
    let read = 0
    upstream?.on('data', (chunk) => {
      read += chunk.length
    })
    upstream?.resume()
    await eventually(() => read === total && isSent, 'every byte has come')
    await own.stop()
    expect(own.connections).toBe(0)
  })
})
