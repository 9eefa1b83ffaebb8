// @ts-check
// All variants behind one framework, each on a port of its own, in a separate process. Its parent
// sends the requests.
import { createPublicKey } from 'node:crypto'
import { parseArgs } from 'node:util'
import { importJWK } from 'jose'
import { startExpress } from './express.mjs'
import { startFastify } from './fastify.mjs'
import { variants } from './variants.mjs'

/**
 * @typedef {object} Usage since the start
 * @property {number} cpuMicros
 * @property {readonly number[]} asked for how many keys Redis was, by candidate
 * @typedef {Awaited<ReturnType<import('./variants.mjs').Variant>>} Candidate
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

// Bytes for an HS algorithm.
const jwk = JSON.parse(values.jwk)
const key = await importJWK(jwk, algorithm)
const imported = key instanceof Uint8Array ? await importSecret(key) : key
const pem =
  key instanceof Uint8Array
    ? Buffer.from(key)
    : createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
const start = { express: startExpress, fastify: startFastify }[values.framework]
if (start === undefined) throw new RangeError('framework must be express or fastify.')

/** @type {Candidate[]} */
const candidates = []
/** @type {number[]} */
const ports = []
for (const name of values.variants.split(',')) {
  const create = variants[name]
  if (create === undefined) throw new RangeError(`There is no variant ${name}.`)
  const candidate = await create({ url, algorithm, key, imported, pem })
  candidates.push(candidate)
  ports.push(await start(candidate))
}

process.on('message', (/** @type {readonly number[]} */ answered) => {
  const { user, system } = process.cpuUsage()
  const asked = candidates.map((candidate, index) => {
    return candidate.kind === 'ours' ? (candidate.asked?.(answered[index] ?? 0) ?? Number.NaN) : Number.NaN
  })
  process.send?.({ cpuMicros: user + system, asked })
})
process.send?.(ports)

/** @param {Uint8Array} secret */
function importSecret(secret) {
  const hash = `SHA-${algorithm.slice(2)}`
  return crypto.subtle.importKey('raw', new Uint8Array(secret), { name: 'HMAC', hash }, false, ['verify'])
}
