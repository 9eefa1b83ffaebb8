/**
 * Preloaded into the servers of READMEs: they listen on a free port instead of the one they name,
 * and tell it.
 */
import { Server } from 'node:net'

const { listen } = Server.prototype

/** @this {Server} @param {number} port @param {unknown[]} rest */
Server.prototype.listen = function listenAnywhere(port, ...rest) {
  this.once('listening', () => {
    const address = this.address()
    if (address !== null && typeof address === 'object') process.stderr.write(`\nport ${port} is ${address.port}\n`)
  })
  return Reflect.apply(listen, this, [0, ...rest])
}
