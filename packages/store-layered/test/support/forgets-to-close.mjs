// Follows Redis, gives up its client without closing anything else, and says when. The process must
// then end. Runs on the built packages. Arguments: client, store, end, port.
import { setTimeout as sleep } from 'node:timers/promises'
import { createRevocation } from '@revoked/core'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'

const [name, kind, end, portText] = process.argv.slice(2)
const port = Number(portText)

const clients = {
  ioredis: () => {
    const client = new Redis({ port, lazyConnect: true })
    return { client, close: () => client.disconnect(), unref: () => client.stream.unref() }
  },
  'ioredis Cluster': () => {
    const client = new Cluster([{ host: '127.0.0.1', port }], { lazyConnect: true })
    return { client, close: () => client.disconnect() }
  },
  'node-redis': () => {
    const client = createClient({ socket: { port }, pingInterval: 1_000 })
    return { client, close: () => client.destroy() }
  },
  'node-redis, unref': () => {
    // The timer of its pings would keep the process alive.
    const client = createClient({ socket: { port } })
    return { client, unref: () => client.unref() }
  },
  'node-redis Cluster': () => {
    const client = createCluster({ rootNodes: [{ socket: { host: '127.0.0.1', port } }] })
    return { client, close: () => client.destroy() }
  },
}
const { client, ...ends } = clients[name]()
client.on('error', () => {})
await client.connect()

const remote = redisStore(client)
const store = {
  redisStore: () => remote,
  layeredStore: () => layeredStore(remote),
  mirroredStore: () => mirroredStore(remote, { local: () => memoryStore({ logLength: 1 }) }),
}[kind]()
const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
const now = Math.floor(Date.now() / 1_000)
const claims = { jti: crypto.randomUUID(), iat: now, exp: now + 3_600 }
await revocation.check(claims)
const { signal } = revocation.watch(claims)
const subscription = remote.subscribe(0, { wake: () => {}, entries: () => {} })
while (!subscription.status().isOpen || store.status?.().isSubscribed === false) await sleep(5)
if (signal.aborted) throw signal.reason

// Only now, so that nothing else ends the process.
process.stdout.write('gives up its client\n')
ends[end]()
