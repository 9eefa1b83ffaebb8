// @ts-check
// One variant, in a separate process: fills it with a million marks, lets all of them expire,
// watches the loop.
import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { watchLoop } from '../measure/loop-watch.mjs'
import { processBytes } from '../measure/process-bytes.mjs'
import { createId } from '../measure/tokens.mjs'
import { variants } from './sweep-variants.mjs'

/** @typedef {import('@revoked/core').KeyedMark} KeyedMark */

const { values } = parseArgs({
  options: { variant: { type: 'string', default: 'revoked' }, expiry: { type: 'string', default: 'minute' } },
})

const markCount = 1_000_000
const batchSize = 1_000
const minute = 60_000
const start = Date.now()
// The marks expire in an hour. A jump of the virtual clock passes their minute at once.
const expiresFrom = start + 60 * minute
let isPast = false
const now = () => Date.now() + (isPast ? 62 * minute : 0)

/**
 * Creates a mark of a typical mix: mostly tokens, some sessions, a few subjects. @param {number}
 * index @returns {KeyedMark}
 */
function createMark(index) {
  const expiresAt = values.expiry === 'minute' ? expiresFrom + Math.floor(Math.random() * minute) : expiresFrom
  const kind = index % 10
  if (kind < 7) return { key: { scope: 'jti', value: createId() }, mark: { cutoff: Infinity, expiresAt } }
  if (kind < 9) return { key: { scope: 'sid', value: createId() }, mark: { cutoff: Infinity, expiresAt } }
  return { key: { scope: 'sub', value: `user-${createId()}` }, mark: { cutoff: start, expiresAt } }
}

/** @param {import('./sweep-variants.mjs').Variant} variant */
async function insert(variant) {
  for (let index = 0; index < markCount; index += batchSize) {
    const marks = Array.from({ length: batchSize }, (_, offset) => createMark(index + offset))
    await nextTurn()
    await variant.record(marks)
    await nextTurn()
  }
}

/** @param {import('./sweep-variants.mjs').Variant} variant */
async function sweep(variant) {
  const full = variant.size()
  isPast = true
  variant.expired()
  let startedAt = performance.now()
  while (variant.size() === full) {
    startedAt = performance.now()
    await nextTurn()
  }
  while (variant.size() > 0) await nextTurn()
  return performance.now() - startedAt
}

/** @param {() => Promise<number | void>} work */
async function watched(work) {
  const stop = await watchLoop()
  const ms = await work()
  return { ...(await stop()), ms }
}

const variant = variants[/** @type {keyof typeof variants} */ (values.variant)](now)
await variant.record([
  { key: { scope: 'jti', value: 'warm-up' }, mark: { cutoff: Infinity, expiresAt: Date.now() + 1_000 } },
])
const before = processBytes()
const idle = await watched(() => sleep(1_000))
const inserting = await watched(() => insert(variant))
const full = processBytes()
const sweeping = await watched(() => sweep(variant))
const after = processBytes()
console.log(
  JSON.stringify({ idle, inserting, sweeping, bytesPerMark: (full - before) / markCount, bytesLeft: after - before }),
)
