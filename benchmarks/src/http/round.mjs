// @ts-check
// All variants behind one framework, in one process. They take turns of 40 ms. A shared machine
// changes its speed every few hundred ms, and not for all processes alike: in separate processes
// that took turns of 200 ms, the same variant was measured at 0.89 of its own speed (2026-11).
import { parseArgs } from 'node:util'
import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import { startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { keysPerCheck } from '../layered/revocation.mjs'
import { ratioOf, spreadOf } from '../measure/figures.mjs'
import { createPayload } from '../measure/tokens.mjs'
import { startServer } from './server-process.mjs'
import { createSigner, signMany } from './tokens.mjs'
import { blacklistKey } from './variants.mjs'

/**
 * @typedef {import('./server-process.mjs').Slice} Slice
 * @typedef {object} Figures medians of the slices; `p99` and `localShare` of all requests
 * @property {number} perSecond
 * @property {number} speed relative to the first variant, in the same turn
 * @property {number} thrift processor time of the first variant relative to its own, in a turn
 * @property {number} p99 in ms
 * @property {number} cpuMicros
 * @property {number} [localShare] undefined for a variant that is not asked for it
 */

const { values } = parseArgs({
  options: {
    framework: { type: 'string', default: 'express' },
    algorithm: { type: 'string', default: 'HS256' },
    variants: {
      type: 'string',
      default: 'verification,again,layered,cached,redis,exists,fast-jwt,fast-jwt-cached,sessions',
    },
    slices: { type: 'string', default: '20' },
  },
})
const { framework, algorithm } = values
const variants = values.variants.split(',')
const warmUpSlices = 10
const sliceMs = 40
const tokenCount = 1_000

const redis = await startRedis()
const signer = await createSigner(algorithm)
const tokens = { valid: await signMany(signer, tokenCount), revoked: await signer.sign(createPayload()) }
await revoke(tokens.revoked.payload)

const { candidates, end } = await startServer(
  { framework, algorithm, variants: values.variants, url: redis.url, jwk: JSON.stringify(signer.jwk) },
  tokens,
)
const before = await takeTurns(warmUpSlices)
const slices = await takeTurns(Number(values.slices))
await end()
await redis.stop()

const { kind, version } = redis.binary
const server = `${kind} ${version}`
const figures = Object.fromEntries(variants.map((variant, index) => [variant, { ...figuresOf(index), server }]))
console.log(JSON.stringify({ parts: figures }))

/**
 * Revokes a token for our variants and for the hand-made one. @param
 * {import('../measure/tokens.mjs').Payload} token
 */
async function revoke(token) {
  const client = new Redis(redis.url)
  await createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' }).revoke({ token })
  await client.set(blacklistKey(token.jti), '1', 'EX', 900)
  client.disconnect()
}

/**
 * Measures slices of each candidate, in a random order for each turn. So a slow moment of the
 * machine affects all of them alike, and no candidate always runs during the garbage collection of
 * the same other one.
 *
 * @param {number} count
 * @returns {Promise<Slice[][]>} by candidate
 */
async function takeTurns(count) {
  /** @type {Slice[][]} */
  const slices = candidates.map(() => [])
  for (let turn = 0; turn < count; turn++) {
    for (const index of shuffled([...candidates.keys()])) {
      const slice = await candidates[index]?.measure(sliceMs)
      if (slice !== undefined) slices[index]?.push(slice)
    }
  }
  return slices
}

/** @param {readonly number[]} values */
function shuffled(values) {
  return values
    .map((value) => ({ value, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value)
}

/** @param {number} index of the variant @returns {Figures} */
function figuresOf(index) {
  const [own = [], first = []] = [slices[index], slices[0]]
  /** @param {'perSecond' | 'cpuMicros'} name */
  const both = (name) => /** @type {const} */ ([own.map((slice) => slice[name]), first.map((slice) => slice[name])])
  const [rates, firstRates] = both('perSecond')
  const [times, firstTimes] = both('cpuMicros')
  const latencies = own.flatMap((slice) => slice.latencies).sort((a, b) => a - b)
  const asked = (own.at(-1)?.asked ?? Number.NaN) - (before[index]?.at(-1)?.asked ?? Number.NaN)
  return {
    perSecond: spreadOf(rates).median,
    speed: ratioOf(rates, firstRates).median,
    thrift: ratioOf(firstTimes, times).median,
    p99: latencies[Math.ceil(latencies.length * 0.99) - 1] ?? Number.NaN,
    cpuMicros: spreadOf(times).median,
    ...(Number.isNaN(asked) ? {} : { localShare: 1 - asked / (latencies.length * keysPerCheck) }),
  }
}
