// @ts-check
// One variant, in a separate process. It checks the tokens whenever the parent asks for a turn.
// They are so few that they stay in the caches of the processor, where additional work counts most.
import { parseArgs } from 'node:util'
import { createTokenTexts, parseTokens } from '../measure/tokens.mjs'
import { scrape, variants } from './variants.mjs'

const { values } = parseArgs({ options: { variant: { type: 'string', default: 'plain' } } })
const create = variants[values.variant]
if (create === undefined) throw new RangeError(`There is no variant ${values.variant}.`)
const revocation = create()
const tokens = parseTokens(createTokenTexts()).slice(0, 1_000)
const passes = 10
let checks = 0

async function checkAll() {
  for (let pass = 0; pass < passes; pass++) {
    for (const token of tokens) {
      const { status } = await revocation.check(token)
      if (status !== 'active') throw new Error('A wrong answer was given.')
    }
  }
  checks += passes * tokens.length
}

/** Returns the processor time of a check, in ns. */
async function turn() {
  const before = process.cpuUsage()
  await checkAll()
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1e3) / (passes * tokens.length)
}

/** Compares what is reported with what was done. */
async function assertCounted() {
  const text = await scrape()
  const [, reported] = /^revoked_checks_total\{[^}]*revoked_verdict="active"[^}]*\} (\d+)/m.exec(text) ?? []
  if (reported !== undefined && Number(reported) !== checks)
    throw new Error(`${reported} of ${checks} checks are reported.`)
  if (values.variant === 'observed, SDK' && reported === undefined) throw new Error('No checks are reported.')
}

process.on('message', async (message) => {
  if (message === 'end') await assertCounted()
  process.send?.(message === 'end' ? 'fine' : await turn())
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
