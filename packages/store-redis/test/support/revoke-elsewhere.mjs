// Revokes a subject in a separate process over the built packages:
// node revoke-elsewhere.mjs <port> <options of the store> <subject>
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import { Redis } from 'ioredis'

const [port, options, subject] = process.argv.slice(2)
const client = new Redis({ port: Number(port) })
const store = redisStore(client, JSON.parse(options))
await createRevocation({ store, maxTokenLifetime: '1h' }).revoke({ subject }, { reason: 'banned' })
client.disconnect()
