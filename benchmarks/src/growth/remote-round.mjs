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

const texts = createTokenTexts()
const tokens = parseTokens(texts)
const { revokedTokens } = revokedAmong(texts, { jti: 0, sid: 0, sub: 0 })

/** @type {Record<string, (token: import('../measure/tokens.mjs').Payload) => Promise<boolean>>} */
const onServers = {}
/** @type {typeof onServers} */
const inMirrors = {}
let nameOfServer = ''
for (const size of sizes) {
  const { url, binary } = await startRedis()
  nameOfServer = `${binary.kind} ${binary.version}`
  const store = redisStore(new Redis(url))
  const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
  await revocation.revoke(revokedTokens.map((token) => ({ token })))
  await recordMarks(store, size - revokedTokens.length)
  onServers[`redis ${size}`] = (token) => revocation.isRevoked(token)
  // Other processes of the machine may take longer than the default lease.
  const mirror = createMirror(url, { maxStaleness: '10s' })
  await untilLive(mirror.store)
  inMirrors[`mirror ${size}`] = (token) => mirror.revocation.isRevoked(token)
}
globalThis.gc?.()
const results = {
  ...(await timeChecks({ tokens, candidates: onServers, perSample: 1 })),
  ...(await timeChecks({ tokens, candidates: inMirrors, perSample: 100 })),
}
const parts = Object.fromEntries(
  Object.entries(results).map(([name, percentiles]) => [name, { ...percentiles, server: nameOfServer }]),
)
console.log(JSON.stringify({ parts }))
process.exit()
