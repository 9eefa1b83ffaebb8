// @ts-check
// One variant over one client with a number of checks in flight, in a separate process
// and over a separate server.
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { createTokenTexts, parseTokens, revokedAmong, revokedCount, tokenCount } from '../measure/tokens.mjs'
import { withRedis } from './connection.mjs'
import { variants } from './reads-variants.mjs'

const { values } = parseArgs({
  options: {
    client: { type: 'string', default: 'ioredis' },
    variant: { type: 'string', default: 'check' },
    concurrency: { type: 'string', default: '64' },
    time: { type: 'string', default: '1000' },
  },
})

const ms = Number(values.time)
const texts = createTokenTexts()
const tokens = parseTokens(texts)
const { revokedTokens } = revokedAmong(texts, { jti: revokedCount, sid: 0, sub: 0 })

/**
 * Keeps this many checks in flight until the time is over and every token was checked. Resolves
 * with the checks per second.
 *
 * @param {import('./reads-variants.mjs').IsRevoked} isRevoked
 * @param {number} ms
 */
async function checkFor(isRevoked, ms) {
  let next = 0
  let isOver = false
  setTimeout(() => {
    isOver = true
  }, ms)

  async function work() {
    while (!isOver || next < tokenCount) {
      const place = next++ % tokenCount
      const token = /** @type {import('../measure/tokens.mjs').Payload} */ (tokens[place])
      if ((await isRevoked(token)) === (place % (tokenCount / revokedCount) === 0)) continue
      throw new Error(`Of token ${place} the wrong answer was given.`)
    }
  }

  const startedAt = performance.now()
  await Promise.all(Array.from({ length: Number(values.concurrency) }, work))
  return (next * 1_000) / (performance.now() - startedAt)
}

const result = await withRedis(values.client, async (connection) => {
  const isRevoked = await variants[/** @type {keyof typeof variants} */ (values.variant)](connection, revokedTokens)
  await checkFor(isRevoked, ms / 2)
  return { perSecond: await checkFor(isRevoked, ms) }
})
console.log(JSON.stringify(result))
