// @ts-check
// One variant, in a separate process: the inline caches and the heap have no traces of other
// variants.
import { parseArgs } from 'node:util'
import { Bench } from 'tinybench'
import {
  createTokenTexts,
  markCounts,
  parseTokens,
  revokedAmong,
  revokedCount,
  tokenCount,
} from '../measure/tokens.mjs'
import { variants } from './variants.mjs'

const { values } = parseArgs({
  options: {
    variant: { type: 'string', default: 'revoked' },
    marks: { type: 'string', default: 'small' },
    fresh: { type: 'boolean', default: false },
    time: { type: 'string', default: '500' },
  },
})

const texts = createTokenTexts()
const fill = variants[/** @type {keyof typeof variants} */ (values.variant)]
const pass = await fill(revokedAmong(texts, markCounts[/** @type {keyof typeof markCounts} */ (values.marks)]))
let tokens = parseTokens(texts)

async function checkAll() {
  const count = await pass(tokens)
  if (values.variant !== 'nothing, awaited' && count !== revokedCount) throw new Error(`${count} tokens are revoked.`)
}

// A sample is a pass over all tokens: reading the clock around each check would cost a good part of
// a check.
const bench = new Bench({
  time: Number(values.time),
  warmupTime: Number(values.time) / 2,
  iterations: 32,
  throws: true,
})
bench.add(values.variant, checkAll, {
  beforeEach: () => {
    if (values.fresh) tokens = parseTokens(texts)
  },
})
const [task] = await bench.run()
const result = task?.result
if (result?.state !== 'completed') throw new Error(`The benchmark ended ${result?.state}.`)

const nsPerCheck = 1e6 / tokenCount
const { p50, p75, p99, samplesCount } = result.latency
console.log(
  JSON.stringify({ p50: p50 * nsPerCheck, p75: p75 * nsPerCheck, p99: p99 * nsPerCheck, passes: samplesCount }),
)
// express-jwt-blacklist has set a timer of 15 minutes per revoked token.
process.exit()
