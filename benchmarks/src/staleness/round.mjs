// @ts-check
// One variant under every fault at once, each over a separate server: how long are tokens that were
// revoked served as valid?
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { eventually, startRedis } from '@revoked/testing'
import { createPayload } from '../measure/tokens.mjs'
import { faults } from './faults.mjs'
import { startPushProxy } from './push-proxy.mjs'
import { boundMs, variants } from './variants.mjs'

const { values } = parseArgs({ options: { variant: { type: 'string', default: 'layered' } } })
const create = variants[values.variant]
if (create === undefined) throw new RangeError(`variant must be one of ${Object.keys(variants).join(', ')}.`)

const tokenCount = 20
/** Together as long as the bound, so that every age of an answer that is kept comes up. */
const betweenMs = boundMs / tokenCount
const settleMs = 200
const pollMs = 5
/** From the acknowledgement of a revocation. Twice the bound. */
const watchedMs = 2 * boundMs

/** @typedef {import('../measure/tokens.mjs').Payload} Payload */

/**
 * Checks a token without pause, as the checks of a busy user do. It is revoked after a while.
 * Returns how long it was served as valid from then on, and whether it still was at the end.
 *
 * @param {import('./variants.mjs').Candidate} candidate
 * @param {Payload} token
 * @param {Promise<unknown>} isDue
 */
async function follow(candidate, token, isDue) {
  let end = Number.POSITIVE_INFINITY
  let validAt = 0
  let unanswered = 0
  let isAsking = false
  const ask = async () => {
    isAsking = true
    try {
      if (await candidate.isValid(token)) validAt = performance.now()
    } catch {
      // No answer is no "valid", whatever the reason.
      unanswered++
    }
    isAsking = false
  }
  const revoked = isDue.then(async () => {
    await candidate.revoke(token)
    const revokedAt = performance.now()
    end = revokedAt + watchedMs
    return revokedAt
  })
  while (performance.now() < end) {
    // An answer that does not come must not end the watch.
    if (!isAsking) void ask()
    await setTimeout(pollMs)
  }
  return { servedMs: Math.max(0, validAt - (await revoked)), isServed: validAt > end - 20 * pollMs, unanswered }
}

/** @param {string} fault */
async function measure(fault) {
  const server = await startRedis()
  const proxy = await startPushProxy(server.port)
  const candidate = await create?.({ readerPort: proxy.port, writerPort: server.port })
  assert(candidate !== undefined)
  const tokens = Array.from({ length: tokenCount }, createPayload)
  await candidate.issue?.(tokens)
  const areAllValid = async () => {
    const answers = await Promise.all(tokens.map((token) => candidate.isValid(token)))
    return answers.every(Boolean)
  }
  // In the process, from now on.
  await eventually(areAllValid, 'all tokens are valid')
  assert(await areAllValid())

  const faulted = setTimeout(settleMs).then(() => faults[fault]?.({ server, proxy }))
  const followed = await Promise.all(
    tokens.map((token, index) =>
      follow(
        candidate,
        token,
        faulted.then(() => setTimeout(settleMs + index * betweenMs)),
      ),
    ),
  )
  return {
    longestMs: Math.max(...followed.map(({ servedMs }) => servedMs)),
    stillServed: followed.filter(({ isServed }) => isServed).length,
    unanswered: followed.reduce((sum, one) => sum + one.unanswered, 0),
    server: `${server.binary.kind} ${server.binary.version}`,
  }
}

const parts = await Promise.all(Object.keys(faults).map(async (fault) => [fault, await measure(fault)]))
console.log(JSON.stringify({ parts: Object.fromEntries(parts) }))
process.exit()
