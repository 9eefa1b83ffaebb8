// @ts-check
// One variant with everything in its local cache, in a process and over a separate server.
import { setImmediate } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startRedis } from '@revoked/testing'
import { Bench } from 'tinybench'
import { createTokenTexts, parseTokens, revokedAmong, revokedCount, tokenCount } from '../measure/tokens.mjs'
import { variants } from './hot-variants.mjs'

const { values } = parseArgs({
  options: { variant: { type: 'string', default: 'revoked' }, time: { type: 'string', default: '1000' } },
})

const server = await startRedis()
const texts = createTokenTexts()
const tokens = parseTokens(texts)
const { revokedTokens } = revokedAmong(texts, { jti: revokedCount, sid: 0, sub: 0 })
const start = variants[/** @type {keyof typeof variants} */ (values.variant)]
const { pass, asked } = await start({ server, tokens, revokedTokens })

/** @param {typeof tokens} some */
async function checkAll(some) {
  const count = await pass(some)
  if (count !== revokedCount) throw new Error(`${count} tokens are revoked.`)
}

// Caches receive messages of their server between two passes. That is not timed.
const bench = new Bench({
  time: Number(values.time),
  warmupTime: Number(values.time) / 2,
  iterations: 32,
  throws: true,
})
bench.add(values.variant, () => checkAll(tokens), { beforeEach: () => setImmediate() })

// First the revoked tokens alone, then all. In the second pass, the cache has everything.
for (let time = 0; time < 2; time++) {
  await checkAll(revokedTokens)
  await checkAll(tokens)
}
const askedBefore = asked?.()
const [task] = await bench.run()
const result = task?.result
if (result?.state !== 'completed') throw new Error(`The benchmark ended ${result?.state}.`)
if (asked?.() !== askedBefore) throw new Error('The server was asked.')

const { binary } = server
console.log(
  JSON.stringify({
    perSecond: (tokenCount * 1_000) / result.latency.p50,
    server: `${binary.kind} ${binary.version}`,
    passes: result.latency.samplesCount,
  }),
)
// Most variants have connections or timers that would keep the process running.
process.exit()
