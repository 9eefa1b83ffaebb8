// @ts-check
// Watches the event loop of a process while 100,000 subjects are revoked, and checks a token
// meanwhile.
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { settleMs, startHistogram } from '../measure/loop-watch.mjs'
import { variants } from './burst-variants.mjs'

const { values } = parseArgs({
  options: { variant: { type: 'string', default: 'memory' }, subjects: { type: 'string', default: '100000' } },
})
const create = variants[values.variant]
if (create === undefined) throw new RangeError(`variant must be one of ${Object.keys(variants).join(', ')}.`)

const subjects = Array.from({ length: Number(values.subjects) }, (_, index) => `user-${index}-${crypto.randomUUID()}`)
const { burst, check, isRevoked, server } = await create(subjects)
await check?.()
globalThis.gc?.()
await setTimeout(500)

const delays = await startHistogram()
const checks = { checks: 0, unavailable: 0, slowestMs: 0 }
let isOver = false
const checking = checkUntilOver()
const startedAt = performance.now()
await burst()
const seconds = (performance.now() - startedAt) / 1_000
await setTimeout(settleMs)
delays.disable()
isOver = true
await checking

for (const subject of subjects.filter((_, index) => index % 1_000 === 0)) assert(await isRevoked(subject))
console.log(
  JSON.stringify({
    seconds,
    ...(check === undefined ? {} : checks),
    longestMs: delays.max / 1e6,
    p99Ms: delays.percentile(99) / 1e6,
    ...(server === undefined ? {} : { server: `${server.binary.kind} ${server.binary.version}` }),
  }),
)
process.exit()

/** Checks one token after the other. */
async function checkUntilOver() {
  while (!isOver && check !== undefined) {
    const checkedAt = performance.now()
    const status = await check()
    checks.slowestMs = Math.max(checks.slowestMs, performance.now() - checkedAt)
    checks.checks++
    if (status === 'unavailable') checks.unavailable++
    await setTimeout(10)
  }
}
