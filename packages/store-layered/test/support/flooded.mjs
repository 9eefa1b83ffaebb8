// Follows a log while 100,000 forged messages arrive, over the built packages, and prints what they
// cost: node --expose-gc flooded.mjs <port> <prefix> <kind of store>
import { createRevocation } from '@revoked/core'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { Redis } from 'ioredis'

const [port, prefix, kind] = process.argv.slice(2)
const messages = 100_000
const chunk = 500
const options = { port: Number(port) }
const client = new Redis(options)
const publisher = new Redis(options)
const remote = redisStore(client, { prefix })
const store = kind === 'mirrored' ? mirroredStore(remote, { local: () => memoryStore() }) : layeredStore(remote)
const kept = []
const keeping = kind === 'keeping' ? new Redis(options) : undefined
keeping?.on('message', (_channel, text) => kept.push(text.split('\n')))
await keeping?.subscribe(`{${prefix}:0}:changes@0`)
await createRevocation({ store, maxTokenLifetime: '1h' }).ready()
await until(() => store.status().state === 'live' && store.status().isSubscribed)
const { position } = await remote.read(0)

/** A scope, an id, a tip and an epoch that nobody uses, in turn. */
function forged(n) {
  const [epoch, tip] = [n % 4 === 0 ? `epoch-${n}` : position.epoch, n % 4 === 1 ? position.tip : `tip-${n}`]
  const name = n % 4 === 1 ? `scope-${n}:id` : `sub:${'id-'.repeat(20)}${n}`
  return ['entries', epoch, position.sequence + (n % 4), tip, `next-${n}`, name, '[1,null,9999999999999]'].join('\n')
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}

const heard = () => store.status().ignoredMessages + store.status().gaps

async function send(from, count) {
  const pipeline = publisher.pipeline()
  for (let n = from; n < from + count; n++) pipeline.publish(`{${prefix}:0}:changes@0`, forged(n))
  await pipeline.exec()
  await until(() => heard() >= from + count || kept.length >= from + count)
}

// The first messages compile the code, and fill buffers.
await send(0, 2_000)
globalThis.gc()
const before = process.memoryUsage().heapUsed
for (let sent = 2_000; sent < messages; sent += chunk) await send(sent, chunk)
globalThis.gc()
const grownBytes = process.memoryUsage().heapUsed - before
process.stdout.write(JSON.stringify({ grownBytes, heard: heard(), status: store.status() }))
await store.close()
for (const connection of [client, publisher, keeping]) connection?.disconnect()
