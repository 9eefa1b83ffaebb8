// @ts-check
// All variants behind one framework, each on a port of its own, in a separate process. Its parent
// sends the requests.
import { parseArgs } from 'node:util'
import { importJWK } from 'jose'
import { startExpress } from './express.mjs'
import { startFastify } from './fastify.mjs'
import { audience, issuer } from './tokens.mjs'
import { variants } from './variants.mjs'

/**
 * @typedef {object} Usage since the start
 * @property {number} cpuMicros
 * @property {readonly number[]} asked for how many keys Redis was, by candidate
 * @typedef {typeof handMade & Awaited<ReturnType<import('./variants.mjs').Variant>> & {
 *   readonly key: import('./variants.mjs').Key }} Candidate
 */

const { values } = parseArgs({
  options: {
    framework: { type: 'string', default: 'express' },
    variants: { type: 'string', default: 'verification' },
    algorithm: { type: 'string', default: 'HS256' },
    url: { type: 'string', default: '' },
    jwk: { type: 'string', default: '{}' },
  },
})
const { algorithm, url } = values

// Ends when its parent ends, even if that is killed.
process.on('disconnect', () => process.exit())

/** Verifies and answers in the variants without our adapters. */
const handMade = {
  verification: { algorithms: [algorithm], issuer, audience, requiredClaims: ['exp'] },
  refusals: {
    missing: { error: 'token_required', error_description: 'A bearer token is required' },
    invalid: { error: 'invalid_token', error_description: 'The token is not valid' },
  },
}

// Bytes for an HS algorithm.
const key = await importJWK(JSON.parse(values.jwk), algorithm)
const imported = key instanceof Uint8Array ? await importSecret(key) : key
const start = { express: startExpress, fastify: startFastify }[values.framework]
if (start === undefined) throw new RangeError('framework must be express or fastify.')

/** @type {Candidate[]} */
const candidates = []
/** @type {number[]} */
const ports = []
for (const name of values.variants.split(',')) {
  const create = variants[/** @type {keyof typeof variants} */ (name)]
  const candidate = { ...handMade, key, ...(await create({ url, algorithm, key, imported })) }
  candidates.push(candidate)
  ports.push(await start(candidate))
}

process.on('message', (/** @type {readonly number[]} */ answered) => {
  const { user, system } = process.cpuUsage()
  const asked = candidates.map((candidate, index) => candidate.asked?.(answered[index] ?? 0) ?? Number.NaN)
  process.send?.({ cpuMicros: user + system, asked })
})
process.send?.(ports)

/** @param {Uint8Array} secret */
function importSecret(secret) {
  const hash = `SHA-${algorithm.slice(2)}`
  return crypto.subtle.importKey('raw', new Uint8Array(secret), { name: 'HMAC', hash }, false, ['verify'])
}
