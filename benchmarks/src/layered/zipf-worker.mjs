// @ts-check
// One of the processes that check tokens, and revoke some of them. Its parent sends a message to
// start.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createZipf } from '../measure/zipf.mjs'
import { keysPerCheck } from './revocation.mjs'
import { variants } from './zipf-variants.mjs'

/**
 * @typedef {{ warmUpMs: number, warmUpShare: number }} Ready
 * @typedef {{ checks: number, localShare: number, revoked: number[] }} Done `localShare`: of the
 *   keys, what Redis was not asked for
 */

const { values } = parseArgs({
  options: {
    variant: { type: 'string', default: 'layered' },
    url: { type: 'string', default: '' },
    place: { type: 'string', default: '0' },
    time: { type: 'string', default: '10000' },
    'warm-up': { type: 'string', default: '0' },
  },
})

// Ends when its parent ends, even if that is killed.
process.on('disconnect', () => process.exit())

const tokenCount = 100_000
const workers = 4
const checksPerSecond = 2_500
const revocationsPerSecond = 50
const atATime = 500

/** Returns an id that is the same in each process. @param {string} kind @param {number} rank */
const idOf = (kind, rank) => `${kind}-0000-4000-8000-${String(rank).padStart(12, '0')}`
const iat = Math.floor(Date.now() / 1_000)
const tokens = Array.from({ length: tokenCount }, (_, rank) => {
  return { jti: idOf('00000001', rank), sid: idOf('00000002', rank), sub: idOf('00000003', rank), iat, exp: iat + 900 }
})
const tokenOf = (/** @type {number} */ rank) => /** @type {typeof tokens[number]} */ (tokens[rank])

const start = variants[/** @type {keyof typeof variants} */ (values.variant)]
const { revocation, asked } = await start(values.url)
const draw = createZipf(tokenCount)
let checks = 0

/** @param {number} rank */
async function isRevoked(rank) {
  checks++
  const { status, allowed } = await revocation.check(tokenOf(rank))
  assert(status !== 'unavailable')
  return !allowed
}

/**
 * Returns the share of keys that were answered locally during `run`. @param {() =>
 * Promise<unknown>} run
 */
async function localShareDuring(run) {
  const [checksBefore, askedBefore] = [checks, asked(checks * keysPerCheck)]
  await run()
  return 1 - (asked(checks * keysPerCheck) - askedBefore) / ((checks - checksBefore) * keysPerCheck)
}

/**
 * Checks tokens as fast as possible, with turns of the event loop for messages of the
 * server. @param {number} count
 */
async function warmUp(count) {
  while (checks < count) {
    await Promise.all(Array.from({ length: atATime }, () => isRevoked(draw())))
    await setImmediate()
  }
}

/**
 * Sends checks and revocations at a constant rate, each as a separate request. @param {number}
 * ms @returns {Promise<number[]>} the ranks that were revoked
 */
async function serve(ms) {
  /** @type {Set<number>} */
  const revoked = new Set()
  /** @type {Promise<unknown>[]} */
  const underWay = []
  let served = 0
  const startedAt = performance.now()
  for (let elapsed = 0; elapsed < ms; elapsed = performance.now() - startedAt) {
    for (; served < (elapsed * checksPerSecond) / 1_000; served++) underWay.push(isRevoked(draw()))
    while (revoked.size < (elapsed * revocationsPerSecond) / 1_000) {
      // Only tokens that no other process revokes.
      const rank = Math.floor((Math.random() * tokenCount) / workers) * workers + Number(values.place)
      if (revoked.has(rank)) continue
      revoked.add(rank)
      underWay.push(revocation.revoke({ token: tokenOf(rank) }))
    }
    await setTimeout(1)
  }
  await Promise.all(underWay)
  return [...revoked]
}

/** @param {ReadonlySet<number>} revoked */
async function verify(revoked) {
  for (let first = 0; first < tokenCount; first += atATime) {
    const ranks = Array.from({ length: atATime }, (_, index) => first + index)
    const answers = await Promise.all(ranks.map(isRevoked))
    assert.deepEqual(
      ranks.filter((_, index) => answers[index]),
      ranks.filter((rank) => revoked.has(rank)),
    )
  }
}

const warmUpCount = Number(values['warm-up'])
const warmUpStartedAt = performance.now()
const warmUpShare = await localShareDuring(() => warmUp(warmUpCount))
process.send?.({ warmUpMs: performance.now() - warmUpStartedAt, warmUpShare })
await once(process, 'message')

/** @type {number[]} */
let revoked = []
const checksBefore = checks
const localShare = await localShareDuring(async () => {
  revoked = await serve(Number(values.time))
})
process.send?.({ checks: checks - checksBefore, localShare, revoked })

const [allRevoked] = await once(process, 'message')
// Waits until no answer may be stale.
await setTimeout(2_100)
await verify(new Set(allRevoked))
process.send?.('verified')
