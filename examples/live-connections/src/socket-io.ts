import { createServer, type Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import { claimsOf, revocation } from './auth.ts'

/** Returns a server that echoes the messages of Socket.IO. */
export function socketIoServer(): HttpServer {
  const server = createServer()
  const io = new Server(server)

  io.use((socket, next) => {
    claimsOf(socket.handshake.auth['token']).then((claims) => {
      socket.data.claims = claims
      next()
    }, next)
  })

  io.on('connection', (socket) => {
    const { signal, close } = revocation.watch(socket.data.claims)
    socket.on('disconnect', close)
    signal.addEventListener('abort', () => {
      socket.emit('end', signal.reason.code)
      socket.disconnect(true)
    })
    socket.on('message', (data) => socket.emit('message', data))
  })

  return server
}
