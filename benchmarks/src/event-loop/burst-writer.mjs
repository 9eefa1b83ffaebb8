// @ts-check
// The other process, which revokes many subjects in one call.
import { once } from 'node:events'
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import { Redis } from 'ioredis'

// Ends when its parent ends, even if that is killed.
process.on('disconnect', () => process.exit())

const revocation = createRevocation({ store: redisStore(new Redis(process.argv[2] ?? '')), maxTokenLifetime: '24h' })
const [subjects] = await once(process, 'message')
process.send?.('ready')
await once(process, 'message')
await revocation.revoke(/** @type {string[]} */ (subjects).map((subject) => ({ subject })))
process.send?.('revoked')
