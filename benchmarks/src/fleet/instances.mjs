// @ts-check
// A process that runs a number of instances, each with its own client and with some of the tokens
// in its cache. It answers how many revoked tokens its instances still serve.
import assert from 'node:assert/strict'
import { variants } from './variants.mjs'

/** @typedef {import('../measure/tokens.mjs').Payload} Payload */

// Ends when its parent ends, even if that is killed.
process.on('disconnect', () => process.exit())

const [url = '', name = '', count] = process.argv.slice(2)
/** One of so many tokens is in the cache of an instance. */
const share = 10
/** How many instances start at a time. All at once would miss their deadlines. */
const atATime = 5
/** @type {{ isValid: import('./variants.mjs').IsValid, tokens: readonly Payload[] }[]} */
const instances = []

/** @param {readonly Payload[]} tokens @param {number} index */
async function startOne(tokens, index) {
  const isValid = await variants[name]?.instance(url)
  assert(isValid !== undefined)
  const own = tokens.filter((_, at) => (at + index) % share === 0)
  assert(!(await Promise.all(own.map(isValid))).includes(false))
  instances.push({ isValid, tokens: own })
}

/** @param {readonly Payload[]} tokens */
async function start(tokens) {
  for (let first = 0; first < Number(count); first += atATime) {
    const indexes = Array.from({ length: Math.min(atATime, Number(count) - first) }, (_, index) => first + index)
    await Promise.all(indexes.map((index) => startOne(tokens, index)))
  }
}

/** @param {readonly string[]} revoked */
async function countServed(revoked) {
  const ids = new Set(revoked)
  const answers = instances.flatMap(({ isValid, tokens }) => tokens.filter(({ jti }) => ids.has(jti)).map(isValid))
  return (await Promise.all(answers)).filter(Boolean).length
}

process.on('message', async (/** @type {{ tokens?: Payload[], revoked?: string[] }} */ { tokens, revoked }) => {
  if (tokens !== undefined) await start(tokens)
  process.send?.(revoked === undefined ? 'ready' : await countServed(revoked))
})
