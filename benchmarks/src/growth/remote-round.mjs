// @ts-check
// Checks over a server, and over a mirror of it, with a growing number of marks.
import { parseArgs } from 'node:util'
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import { startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createTokenTexts, parseTokens, revokedAmong } from '../measure/tokens.mjs'
import { createMirror, recordMarks, untilLive } from '../mirror/remote.mjs'
import { timeChecks } from './time-checks.mjs'

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '1000' } } })
const sizes = values.sizes.split(',').map(Number)

const server = await startRedis()
const store = redisStore(new Redis(server.url))
const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
const texts = createTokenTexts()
const tokens = parseTokens(texts)
const { revokedTokens } = revokedAmong(texts, { jti: 0, sid: 0, sub: 0 })
await revocation.revoke(revokedTokens.map((token) => ({ token })))

/** @type {Record<string, object>} */
const parts = {}
const nameOfServer = { server: `${server.binary.kind} ${server.binary.version}` }
let marks = revokedTokens.length
for (const size of sizes) {
  await recordMarks(store, size - marks)
  marks = size
  const isRevoked = revocation.isRevoked.bind(revocation)
  parts[`redis ${size}`] = { ...(await timeChecks({ tokens, isRevoked, perSample: 1 })), ...nameOfServer }
  // Other processes of the machine may take longer than the default lease.
  const mirror = createMirror(server.url, { maxStaleness: '10s' })
  await untilLive(mirror.store)
  globalThis.gc?.()
  const isRevokedThere = mirror.revocation.isRevoked.bind(mirror.revocation)
  parts[`mirror ${size}`] = {
    ...(await timeChecks({ tokens, isRevoked: isRevokedThere, perSample: 100 })),
    ...nameOfServer,
  }
  await mirror.store.close()
}
console.log(JSON.stringify({ parts }))
process.exit()
