// @ts-check
// Measures checks over stores that hold different numbers of marks.
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { revokedCount, tokenCount } from '../measure/tokens.mjs'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {{ readonly isRevoked: (token: Payload) => Promise<boolean>, readonly samples: number[]
 *   }} Timed
 */

/** Turns of each candidate. Those of the first tenth are not counted. */
const turns = 40
/**
 * The first part of a turn, which is not counted: it brings back to the caches what the turns of
 * others drove out.
 */
const settleMs = 10
const turnMs = 50
const revokedEvery = tokenCount / revokedCount

/**
 * Checks all tokens again and again, over each candidate by turns: what slows the machine for a
 * while, slows all of them. A sample is a run of so many checks, divided by them, because readings
 * of the clock would cost a good part of a check in memory. Returns the percentiles of each
 * candidate, in microseconds.
 *
 * @template {string} Name
 * @param {object} options
 * @param {readonly Payload[]} options.tokens
 * @param {Readonly<Record<Name, (token: Payload) => Promise<boolean>>>} options.candidates
 * @param {number} options.perSample
 * @returns {Promise<Record<Name, { readonly p50: number, readonly p99: number }>>}
 */
export async function timeChecks({ tokens, candidates, perSample }) {
  const names = /** @type {Name[]} */ (Object.keys(candidates))
  const timed = names.map((name) => ({ isRevoked: candidates[name], samples: /** @type {number[]} */ ([]) }))
  for (let turn = 0; turn < turns; turn++) {
    if (turn === turns / 10) for (const { samples } of timed) samples.length = 0
    for (const candidate of timed) {
      await takeTurn(candidate, tokens, perSample)
      await setImmediate()
    }
  }
  const results = names.map((name, index) => [name, percentilesOf(timed[index]?.samples ?? [])])
  return Object.fromEntries(results)
}

/**
 * @param {Timed} timed
 * @param {readonly Payload[]} tokens
 * @param {number} perSample
 */
async function takeTurn({ isRevoked, samples }, tokens, perSample) {
  const startedAt = performance.now()
  let elapsedMs = 0
  let checked = 0
  let revoked = 0
  while (elapsedMs < turnMs) {
    const sampledAt = performance.now()
    for (let index = 0; index < perSample; index++) {
      const token = /** @type {Payload} */ (tokens[checked++ % tokenCount])
      if (await isRevoked(token)) revoked++
    }
    const now = performance.now()
    elapsedMs = now - startedAt
    if (elapsedMs > settleMs) samples.push(((now - sampledAt) * 1_000) / perSample)
  }
  assert.equal(revoked, Math.ceil(checked / revokedEvery))
}

/** @param {number[]} samples */
function percentilesOf(samples) {
  samples.sort((a, b) => a - b)
  const percentile = (/** @type {number} */ share) => samples[Math.ceil(samples.length * share) - 1] ?? Number.NaN
  return { p50: percentile(0.5), p99: percentile(0.99) }
}
