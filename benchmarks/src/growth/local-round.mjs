// @ts-check
// Checks over stores in memory that hold up to ten million marks.
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { createRevocation } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { batchesOf, createTokenTexts, keysOfTokens, mixedKeys, parseTokens, revokedAmong } from '../measure/tokens.mjs'
import { timeChecks } from './time-checks.mjs'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {{ readonly record: (keys: readonly import('@revoked/core').Key[]) => Promise<unknown>,
 *   readonly isRevoked: (token: Payload) => Promise<boolean> }} Candidate
 */

// Ten million marks take more than the default limit.
setFlagsFromString('--max-old-space-size=12000')

const { values } = parseArgs({
  options: {
    variant: { type: 'string', default: 'memory' },
    sizes: { type: 'string', default: '1000' },
    tokens: { type: 'boolean', default: false },
  },
})
const sizes = values.sizes.split(',').map(Number)
const keysOf = values.tokens ? keysOfTokens : mixedKeys
const lifetimeMs = 3_600_000

/** @type {Readonly<Record<string, () => Candidate>>} */
const variants = {
  memory() {
    const store = memoryStore({ maxMarks: 2 * Math.max(...sizes), logLength: 1 })
    const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
    const mark = { cutoff: Number.POSITIVE_INFINITY, expiresAt: Date.now() + lifetimeMs }
    return {
      record: async (keys) => store.record(keys.map((key) => ({ key, mark }))),
      isRevoked: (token) => revocation.isRevoked(token),
    }
  },

  /** Four look-ups, and nothing else. */
  maps() {
    /** @type {Readonly<Record<string, Map<string, number>>>} */
    const expiries = { jti: new Map(), sid: new Map(), sub: new Map(), all: new Map() }
    const { jti: jtis, sid: sids, sub: subs, all: alls } = expiries
    const expiresAt = Date.now() + lifetimeMs
    return {
      record: async (keys) => {
        for (const { scope, value } of keys) expiries[scope]?.set(value, expiresAt)
      },
      isRevoked: async ({ jti, sid, sub }) => {
        const found = [jtis?.get(jti), sids?.get(sid), subs?.get(sub), alls?.get('')]
        return found.some((expiry) => expiry !== undefined)
      },
    }
  },
}

const texts = createTokenTexts()
const tokens = parseTokens(texts)
const { revokedTokens } = revokedAmong(texts, { jti: 0, sid: 0, sub: 0 })
const create = variants[values.variant]
if (create === undefined) throw new RangeError(`variant must be one of ${Object.keys(variants).join(', ')}.`)

/** @type {Record<string, Candidate['isRevoked']>} */
const candidates = {}
for (const size of sizes) {
  const { record, isRevoked } = create()
  await record(revokedTokens.map(({ jti }) => ({ scope: 'jti', value: jti })))
  for (const batch of batchesOf(keysOf(size - revokedTokens.length), 1_000)) await record(batch)
  candidates[size] = isRevoked
}
globalThis.gc?.()
console.log(JSON.stringify({ parts: await timeChecks({ tokens, candidates, perSample: 100 }) }))
process.exit()
