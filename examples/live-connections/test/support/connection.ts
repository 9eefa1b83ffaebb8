import { createClient } from 'graphql-ws'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'

/** A client's end of a connection. */
export interface Connection {
  /** Sends something, and resolves when data arrive. */
  readonly exchange: () => Promise<unknown>
  /** Resolves when the connection has ended, to what the client learns of the reason. */
  readonly ended: Promise<unknown>
  readonly close: () => void
}

/** Opens a connection to a server. Rejects if it is refused. */
export type Connect = (url: string, token: string) => Promise<Connection>

export const connectWebSocket: Connect = async (url, token) => {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } })
  const ended = new Promise((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return {
    exchange: () => {
      const answer = new Promise((resolve) => {
        socket.once('message', resolve)
      })
      socket.send('hello')
      return answer
    },
    ended,
    close: () => socket.terminate(),
  }
}

/** Opens a response that is read as it arrives: events, or another stream. */
export const connectStream: Connect = async (url, token) => {
  const leaving = new AbortController()
  const headers = { authorization: `Bearer ${token}` }
  const { status, body } = await fetch(url, { headers, signal: leaving.signal })
  if (status !== 200 || body === null) throw new Error(`The server answered ${status}.`)
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let received = () => {}
  const first = new Promise<void>((resolve) => {
    received = resolve
  })

  async function readAll(): Promise<unknown> {
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: undefined, value: undefined }))
      if (done === undefined) return 'cut off'
      if (done) return text
      text += value
      received()
    }
  }

  return { exchange: () => first, ended: readAll(), close: () => leaving.abort() }
}

export const connectSocketIo: Connect = async (url, token) => {
  const socket = io(url, { auth: { token }, transports: ['websocket'] })
  let code: unknown
  socket.on('end', (reason) => {
    code = reason
  })
  const ended = new Promise((resolve) => {
    socket.on('disconnect', (reason) => resolve({ code, reason }))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  return {
    exchange: () => {
      const answer = new Promise((resolve) => {
        socket.once('message', resolve)
      })
      socket.send('hello')
      return answer
    },
    ended,
    close: () => void socket.disconnect(),
  }
}

export const connectGraphQl: Connect = async (url, token) => {
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { token },
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => {},
  })
  const ended = new Promise((resolve) => {
    client.on('closed', (event) => {
      const { code, reason } = event as { readonly code: number; readonly reason: string }
      resolve({ code, reason })
    })
  })
  await Promise.race([
    new Promise((resolve) => client.on('connected', resolve)),
    ended.then((why) => Promise.reject(new Error(`The server closed the socket: ${JSON.stringify(why)}`))),
  ])
  const ticks = client.iterate({ query: 'subscription { tick }' })
  return { exchange: () => ticks.next(), ended, close: () => client.terminate() }
}
