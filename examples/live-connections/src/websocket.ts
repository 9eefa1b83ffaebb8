import { createServer, type Server } from 'node:http'
import { WebSocketServer } from 'ws'
import { claimsOf, statusOf } from './auth.ts'
import { closeWhenRevoked } from './close-when-revoked.ts'

/** Returns a server that echoes the messages of WebSockets. */
export function webSocketServer(): Server {
  const sockets = new WebSocketServer({ noServer: true })
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => socket.send(String(data)))
  })

  return createServer().on('upgrade', (request, connection, head) => {
    claimsOf(request.headers.authorization).then(
      (claims) =>
        sockets.handleUpgrade(request, connection, head, (socket) => {
          sockets.emit('connection', socket, request)
          closeWhenRevoked(socket, claims)
        }),
      (error) => connection.end(`HTTP/1.1 ${statusOf(error)} Refused\r\nConnection: close\r\n\r\n`),
    )
  })
}
