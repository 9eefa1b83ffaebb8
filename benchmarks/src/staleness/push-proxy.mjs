// @ts-check
// A proxy between a reader and its server, which tells connections for pushes (subscriptions, and
// those with client tracking) from others, and injects faults into them.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/**
 * @typedef {import('node:net').Socket} Socket
 * @typedef {{ readonly sockets: readonly [Socket, Socket], hasPushes: boolean, isFrozen: boolean
 *   }} Link
 *
 *
 * @typedef {object} PushProxy
 * @property {number} port
 * @property {() => void} refusePushes cuts connections for pushes, also those that begin later
 * @property {() => void} refuseAll cuts all connections, also those that begin later
 * @property {() => void} acceptAll ends both
 * @property {() => void} freezePushes drops all bytes of the connections for pushes that are open
 * @property {() => void} freezeAll drops all bytes of all connections that are open
 * @property {() => number} pushes counts the connections for pushes
 */

const startsPushes = /SUBSCRIBE|TRACKING/i

/** @param {number} targetPort @returns {Promise<PushProxy>} */
export async function startPushProxy(targetPort) {
  /** @type {Set<Link>} */
  const links = new Set()
  /** @type {(link: Link) => boolean} */
  let isRefused = () => false

  /** @param {Link} link */
  const cutIfRefused = (link) => {
    if (isRefused(link)) for (const socket of link.sockets) socket.destroy()
  }
  /** @param {(link: Link) => boolean} pick */
  const refuse = (pick) => {
    isRefused = pick
    for (const link of links) cutIfRefused(link)
  }
  /** @param {(link: Link) => boolean} pick */
  const freeze = (pick) => {
    for (const link of links) link.isFrozen ||= pick(link)
  }

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
    /** @type {Link} */
    const link = { sockets: [client, upstream], hasPushes: false, isFrozen: false }
    links.add(link)
    cutIfRefused(link)
    client.on('data', (chunk) => {
      link.hasPushes ||= startsPushes.test(chunk.toString('latin1'))
      cutIfRefused(link)
      if (!link.isFrozen && upstream.writable) upstream.write(chunk)
    })
    upstream.on('data', (chunk) => void (link.isFrozen || !client.writable || client.write(chunk)))
    for (const [one, other] of [link.sockets, link.sockets.toReversed()]) {
      one?.on('close', () => {
        // The end of a connection that is frozen does not arrive either.
        if (!link.isFrozen) other?.destroy()
        if (one === client) links.delete(link)
      })
      // The `close` event that follows reports a reset.
      one?.on('error', () => undefined)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    refusePushes: () => refuse(({ hasPushes }) => hasPushes),
    refuseAll: () => refuse(() => true),
    acceptAll: () => refuse(() => false),
    freezePushes: () => freeze(({ hasPushes }) => hasPushes),
    freezeAll: () => freeze(() => true),
    pushes: () => [...links].filter(({ hasPushes }) => hasPushes).length,
  }
}
