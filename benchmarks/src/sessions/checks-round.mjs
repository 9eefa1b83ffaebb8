// @ts-check
// One variant over one client with a number of checks in flight, in a separate process
// and over a separate server.
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { createPayload, revokedCount, tokenCount } from '../measure/tokens.mjs'
import { withRedis } from '../redis/connection.mjs'
import { variants } from './checks-variants.mjs'

/** @typedef {import('../measure/tokens.mjs').Payload} Payload */

const { values } = parseArgs({
  options: {
    client: { type: 'string', default: 'ioredis' },
    variant: { type: 'string', default: 'check' },
    concurrency: { type: 'string', default: '64' },
    time: { type: 'string', default: '1000' },
  },
})

/** @param {number} place */
const isOpen = (place) => place % (tokenCount / revokedCount) !== 0

/**
 * Keeps this many checks in flight until the time is over and every token was checked. Resolves
 * with the checks per second.
 *
 * @param {(token: Payload) => Promise<boolean>} allows
 * @param {readonly Payload[]} tokens
 * @param {number} ms
 */
async function checkFor(allows, tokens, ms) {
  let next = 0
  const endsAt = performance.now() + ms

  async function work() {
    while (next < tokenCount || performance.now() < endsAt) {
      const place = next++ % tokenCount
      if ((await allows(/** @type {Payload} */ (tokens[place]))) === isOpen(place)) continue
      throw new Error(`Of token ${place} the wrong answer was given.`)
    }
  }

  const startedAt = performance.now()
  await Promise.all(Array.from({ length: Number(values.concurrency) }, work))
  return (next * 1_000) / (performance.now() - startedAt)
}

const result = await withRedis(values.client, async (connection, { url }) => {
  const create = variants[values.variant]
  if (create === undefined) throw new RangeError(`variant must be one of ${Object.keys(variants).join(', ')}.`)
  const tokens = Array.from({ length: tokenCount }, createPayload)
  const [open, closed] = [true, false].map((is) => tokens.filter((_, place) => isOpen(place) === is))
  const { allows, close } = await create({ connection, url, open: open ?? [], closed: closed ?? [] })
  const ms = Number(values.time)
  await checkFor(allows, tokens, ms / 2)
  const perSecond = await checkFor(allows, tokens, ms)
  await close?.()
  return { perSecond }
})
console.log(JSON.stringify(result))
