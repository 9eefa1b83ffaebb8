// @ts-check
// One variant with growing numbers of checks in flight, in a separate process and over a separate
// server, whose answers are delayed.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startRedis } from '@revoked/testing'
import { createTokenTexts, parseTokens, revokedAmong, revokedCount, tokenCount } from '../measure/tokens.mjs'
import { localVariants } from './local-variants.mjs'
import { remoteVariants } from './remote-variants.mjs'

const { values } = parseArgs({
  options: {
    variant: { type: 'string', default: 'redis-ioredis' },
    concurrency: { type: 'string', default: '1,16,64,256' },
    delay: { type: 'string', default: '0' },
    proxy: { type: 'boolean', default: false },
    time: { type: 'string', default: '200' },
  },
})

const ms = Number(values.time)
const delayMs = Number(values.delay)
/** At least so many checks are timed, so that their p99 is one. */
const leastTimed = 200
const texts = createTokenTexts()
const tokens = parseTokens(texts)
const { revokedTokens } = revokedAmong(texts, { jti: revokedCount, sid: 0, sub: 0 })

const redis = await startRedis()
const port = delayMs > 0 || values.proxy ? await startProxy() : redis.port
const start = localVariants[values.variant] ?? remoteVariants[values.variant]
if (start === undefined) throw new RangeError(`There is no variant ${values.variant}.`)
const { look, asked } = await start({
  url: `redis://127.0.0.1:${port}`,
  host: '127.0.0.1',
  port,
  tokens,
  revokedTokens,
})
const isLocal = values.variant in localVariants
let checks = 0

// What has a cache, has everything in it afterwards. Then the code is compiled.
for (let time = 0; time < 2; time++) await runFor(0, 64, { least: tokenCount })
await runFor(2 * ms, 1, { least: 1 })
const askedBefore = asked?.(checks)

/** @type {Record<string, object>} */
const parts = {}
for (const concurrency of values.concurrency.split(',').map(Number)) {
  await runFor(ms / 2, concurrency, { least: 1 })
  /** @type {number[]} */
  const latencies = []
  const timed = await runFor(ms, concurrency, { latencies })
  // Two readings of the clock are a good part of a check that is answered locally.
  const perSecond = isLocal ? await runFor(ms, concurrency) : timed
  const sorted = Float64Array.from(latencies).sort()
  const at = (/** @type {number} */ share) => sorted[Math.ceil(sorted.length * share) - 1]
  const server = `${redis.binary.kind} ${redis.binary.version}`
  parts[concurrency] = { perSecond, p50: at(0.5), p99: at(0.99), server }
}
if (asked?.(checks) !== askedBefore) throw new Error('The server was asked.')
console.log(JSON.stringify({ parts }))
// Most variants have connections or timers that would keep the process running.
process.exit()

/**
 * Keeps this many checks in flight until the time is over.
 *
 * @param {number} ms
 * @param {number} concurrency
 * @param {{ readonly least?: number, readonly latencies?: number[] }} [options] `least`: checks,
 *   even if the time is over; `latencies` gets how long each took
 * @returns {Promise<number>} checks per second
 */
async function runFor(ms, concurrency, { least = leastTimed, latencies } = {}) {
  let next = 0
  let isOver = false
  const startedAt = performance.now()

  async function work() {
    do {
      const place = next++ % tokenCount
      const askedAt = latencies === undefined ? 0 : performance.now()
      const answer = await look(/** @type {import('../measure/tokens.mjs').Payload} */ (tokens[place]))
      if (latencies !== undefined) latencies.push(performance.now() - askedAt)
      if ((answer === true || answer === 'revoked') !== (place % (tokenCount / revokedCount) === 0)) {
        throw new Error(`Of token ${place} the wrong answer was given.`)
      }
      if (place % 16 === 0 && next >= least && performance.now() - startedAt > ms) isOver = true
      // Messages of the server arrive, for which a check that is answered locally leaves no time.
      if (place % 2_000 === 0) await setImmediate()
    } while (!isOver)
  }

  await Promise.all(Array.from({ length: concurrency }, work))
  checks += next
  return (next * 1_000) / (performance.now() - startedAt)
}

/** @returns {Promise<number>} its port */
async function startProxy() {
  const path = fileURLToPath(new URL('delay-proxy.mjs', import.meta.url))
  const proxy = fork(path, [String(redis.port), String(delayMs)], { execArgv: [] })
  return (await once(proxy, 'message'))[0]
}
