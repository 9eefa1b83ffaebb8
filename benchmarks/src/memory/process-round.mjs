// @ts-check
// Measures what revoked tokens take in the memory of a process.
import { parseArgs } from 'node:util'
import { memoryStore } from '@revoked/store-memory'
import blacklist from 'express-jwt-blacklist'
import { LRUCache } from 'lru-cache'
import { processBytes } from '../measure/process-bytes.mjs'
import { createPayload } from '../measure/tokens.mjs'

/** @typedef {import('../measure/tokens.mjs').Payload} Payload */

const { values } = parseArgs({ options: { variant: { type: 'string', default: 'memory' } } })
const count = 200_000
const batchSize = 1_000
const lifetimeMs = 3_600_000

/** Each returns a function that revokes tokens. */
const variants = {
  memory() {
    const store = memoryStore({ maxMarks: 2 * count, logLength: 1 })
    const mark = () => ({ cutoff: Number.POSITIVE_INFINITY, expiresAt: Date.now() + lifetimeMs })
    return (/** @type {readonly Payload[]} */ tokens) =>
      store.record(tokens.map(({ jti }) => ({ key: { scope: 'jti', value: jti }, mark: mark() })))
  },

  map() {
    /** @type {Map<string, number>} */
    const expiries = new Map()
    return (/** @type {readonly Payload[]} */ tokens) => {
      for (const { jti, exp } of tokens) expiries.set(jti, exp)
      return expiries
    }
  },

  lru() {
    /** @type {LRUCache<string, boolean>} */
    const cache = new LRUCache({ max: 2 * count, ttl: lifetimeMs, ttlAutopurge: false })
    return (/** @type {readonly Payload[]} */ tokens) => {
      for (const { jti } of tokens) cache.set(jti, true)
      return cache
    }
  },

  blacklist() {
    blacklist.configure({ store: { type: 'memory' }, tokenId: 'jti', indexBy: 'iat' })
    return (/** @type {readonly Payload[]} */ tokens) =>
      Promise.all(
        tokens.map(
          (token) =>
            new Promise((resolve, reject) => {
              blacklist.revoke(token, lifetimeMs / 1_000, (error) => (error ? reject(error) : resolve(undefined)))
            }),
        ),
      )
  },
}

const create = variants[/** @type {keyof typeof variants} */ (values.variant)]
if (create === undefined) throw new RangeError(`variant must be one of ${Object.keys(variants).join(', ')}.`)
// Warms up: the code is compiled.
await create()(Array.from({ length: 1_000 }, createPayload))

const before = processBytes()
const revoke = create()
for (let revoked = 0; revoked < count; revoked += batchSize) {
  await revoke(Array.from({ length: batchSize }, createPayload))
}
const bytesUsed = (processBytes() - before) / count
// What is revoked must not be collected before.
await revoke([])
console.log(JSON.stringify({ bytesUsed }))
// express-jwt-blacklist has set a timer for each.
process.exit()
