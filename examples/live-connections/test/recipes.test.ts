import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { revocation, tokens } from '../src/auth.ts'
import { graphQlServer } from '../src/graphql-ws.ts'
import { eventServer } from '../src/server-sent-events.ts'
import { socketIoServer } from '../src/socket-io.ts'
import { streamServer } from '../src/stream.ts'
import { webSocketServer } from '../src/websocket.ts'
import {
  type Connect,
  type Connection,
  connectGraphQl,
  connectSocketIo,
  connectStream,
  connectWebSocket,
} from './support/connection.ts'

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
})

/** Serves until all tests have finished. Resolves with the URL. */
async function listen(server: Server): Promise<string> {
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server that sends something again and again, and counts the clients that have left. */
let upstream = ''
let left = 0
beforeAll(async () => {
  const server = createServer((_, response) => {
    const timer = setInterval(() => response.write('word '), 10)
    response.on('close', () => {
      clearInterval(timer)
      left++
    })
  })
  upstream = await listen(server)
})

interface Recipe {
  readonly serve: () => Server
  readonly connect: Connect
  /** What a client learns of the reason if the token is revoked. */
  readonly ended: unknown
}

const closed = { code: 4401, reason: 'ERR_TOKEN_REVOKED' }
const recipes: readonly (readonly [name: string, recipe: Recipe])[] = [
  ['ws', { serve: webSocketServer, connect: connectWebSocket, ended: closed }],
  [
    'Server-Sent Events',
    { serve: eventServer, connect: connectStream, ended: 'data: hello\n\nevent: end\ndata: ERR_TOKEN_REVOKED\n\n' },
  ],
  [
    'Socket.IO',
    {
      serve: socketIoServer,
      connect: connectSocketIo,
      ended: { code: 'ERR_TOKEN_REVOKED', reason: 'io server disconnect' },
    },
  ],
  ['graphql-ws', { serve: graphQlServer, connect: connectGraphQl, ended: closed }],
  ['a long response', { serve: () => streamServer(upstream), connect: connectStream, ended: 'cut off' }],
]

function logIn(sub: string): Promise<string> {
  return tokens.issue({ sub })
}

/** Opens a connection of a user, which works. */
async function open(connect: Connect, url: string, sub: string): Promise<Connection> {
  const connection = await connect(url, await logIn(sub))
  onTestFinished(connection.close)
  await connection.exchange()
  return connection
}

/** Resolves as the promise does, or to `late` after a second. */
async function withinSecond(promise: Promise<unknown>): Promise<unknown> {
  const late = new AbortController()
  const result = await Promise.race([promise, sleep(1_000, 'late', { signal: late.signal }).catch(() => {})])
  late.abort()
  return result
}

describe.each(recipes)('%s', (name, { serve, connect: connectTo, ended }) => {
  test('ends the connections of a revoked subject within a second, and no other', async () => {
    const url = await listen(serve())
    const [ada, ben] = [`ada of ${name}`, `ben of ${name}`]
    const connections = await Promise.all([ada, ada].map((sub) => open(connectTo, url, sub)))
    const unrelated = await open(connectTo, url, ben)
    await revocation.revoke({ subject: ada })
    expect(await Promise.all(connections.map((connection) => withinSecond(connection.ended)))).toEqual([ended, ended])
    expect(await Promise.race([unrelated.ended, unrelated.exchange().then(() => 'open')])).not.toEqual(ended)
    await revocation.revoke({ subject: ben })
    expect(await withinSecond(unrelated.ended)).toEqual(ended)
  })

  test('refuses a token that was revoked before', async () => {
    const url = await listen(serve())
    const token = await logIn('cora')
    await tokens.revoke(token)
    await expect(connectTo(url, token)).rejects.toThrow()
  })
})

test('a long response ends the request for its source as well', async () => {
  const url = await listen(streamServer(upstream))
  const connection = await open(connectStream, url, 'dora')
  const before = left
  await revocation.revoke({ subject: 'dora' })
  await withinSecond(connection.ended)
  await expect.poll(() => left).toBe(before + 1)
})

test('a WebSocket that does not close is not served any more', async () => {
  const url = await listen(webSocketServer())
  const token = await logIn('eve')
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const key = Buffer.alloc(16).toString('base64')
  socket.write(
    `GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  )
  await once(socket, 'data')
  // A masked text frame, which the server echoes.
  const frame = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])
  socket.write(frame)
  expect((await once(socket, 'data'))[0].subarray(2).toString()).toBe('hi')
  await revocation.revoke({ subject: 'eve' })
  const [closeFrame] = await once(socket, 'data')
  expect(closeFrame[0]).toBe(0x88)
  let answers = 0
  socket.on('data', () => answers++)
  socket.write(frame)
  await sleep(50)
  expect(answers).toBe(0)
})
