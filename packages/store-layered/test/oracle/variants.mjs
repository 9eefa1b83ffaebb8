import { memoryStore } from '@revoked/store-memory'
import { Redis } from 'ioredis'
import { cacheByNotify, overSerialLog } from './postgres-variants.mjs'
import { remoteStore } from './remote-store.mjs'

/**
 * The store that is tried: the layered one, a mutant of it, or what is usually built in its place.
 */
export async function variants({ module, kind, losesEach }, client, site) {
  const { prefix, subscriberPort } = site
  const plain = remoteStore(client, site)
  if (kind === 'notify') return cacheByNotify(plain, client, site)
  const remote = kind === 'serial' ? overSerialLog(plain, client, site) : plain
  const isLost = losing(losesEach)
  if (kind === 'pubsub' || kind === 'ping')
    return cacheByPubSub(remote, { channel: `{${prefix}:0}:changes@0`, subscriberPort, kind, isLost })
  const { layeredStore, mirroredStore } = await import(module)
  const lossy = {
    ...remote,
    subscribe: (log, listener) =>
      remote.subscribe(log, {
        wake: () => !isLost() && listener.wake(),
        entries: (entries) => !isLost() && listener.entries(entries),
      }),
  }
  return kind === 'mirrored'
    ? mirroredStore(lossy, { local: () => memoryStore({ logLength: 1 }), maxStaleness: '1s' })
    : layeredStore(lossy, { maxStaleness: '1s' })
}

/** Every nth message is lost, the first of them soon. */
function losing(each) {
  let count = 0
  return () => each !== undefined && ++count % each === Math.min(each - 1, 20)
}

/**
 * A cache that hears of revocations by plain pub/sub, and keeps what it reads. With a lease by
 * PING, it answers only where the subscriber's connection has answered within a second, and begins
 * anew with each connection.
 */
function cacheByPubSub(remote, { channel, subscriberPort, kind, isLost }) {
  const hasLease = kind === 'ping'
  const known = new Map()
  const subscriber = new Redis({ port: subscriberPort, retryStrategy: () => 50 })
  let answeredAt = hasLease ? -Infinity : Infinity
  subscriber.on('error', () => undefined)
  subscriber.on('message', (_, text) => {
    const [kind, , , , ...fields] = text.split('\n')
    if (kind !== 'entries' || isLost()) return
    // Each entry has a tip, a name and a mark.
    for (let name = 1; name < fields.length; name += 3) {
      const value = fields[name].slice('jti:'.length)
      known.set(value, [{ key: { scope: 'jti', value } }])
    }
  })
  void subscriber.subscribe(channel)
  if (hasLease) {
    subscriber.on('close', () => {
      known.clear()
      answeredAt = -Infinity
    })
    setInterval(() => {
      const sentAt = performance.now()
      subscriber.ping().then(
        () => {
          answeredAt = sentAt
        },
        () => undefined,
      )
    }, 250)
  }
  return {
    find: ([key]) => {
      const local = performance.now() < answeredAt + 1_000 ? known.get(key.value) : undefined
      return local ?? Promise.resolve(remote.find([key])).then((found) => keep(key.value, found))
    },
  }

  function keep(value, found) {
    // A revocation that came in meanwhile counts, so only what was lost is held against it.
    if (!(known.get(value)?.length > 0)) known.set(value, found)
    return found
  }
}
