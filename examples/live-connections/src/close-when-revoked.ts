import type { Claims } from '@revoked/core'
import type { WebSocket } from 'ws'
import { revocation } from './auth.ts'

/**
 * Closes a WebSocket when the token of these claims is revoked or expires (code 4401), or if its
 * status cannot be confirmed (4503).
 */
export function closeWhenRevoked(socket: WebSocket, claims: Claims): void {
  const { signal, close } = revocation.watch(claims)
  socket.on('close', close)
  if (socket.readyState !== socket.OPEN) close()
  signal.addEventListener('abort', () => {
    // A client need not answer the close frame. What it still sends is ignored.
    socket.removeAllListeners('message')
    socket.close(4000 + signal.reason.status, signal.reason.code)
  })
}
