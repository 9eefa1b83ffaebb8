// @ts-check
// Measures a check over a store that holds many marks.
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { revokedCount, tokenCount } from '../measure/tokens.mjs'

/** @typedef {import('../measure/tokens.mjs').Payload} Payload */

const warmUpMs = 300
const measuredMs = 1_000

/**
 * Checks all tokens again and again. A sample is a run of so many checks, divided by them, because
 * readings of the clock would cost a good part of a check in memory.
 *
 * @param {object} options
 * @param {readonly Payload[]} options.tokens
 * @param {(token: Payload) => Promise<boolean>} options.isRevoked
 * @param {number} options.perSample
 */
export async function timeChecks({ tokens, isRevoked, perSample }) {
  /** @type {number[]} */
  const samples = []
  const startedAt = performance.now()
  const isOver = () => performance.now() - startedAt > warmUpMs + measuredMs
  for (let passes = 0; passes === 0 || !isOver(); passes++) {
    let revoked = 0
    for (let first = 0; first < tokenCount; first += perSample) {
      const sampledAt = performance.now()
      for (let index = first; index < first + perSample; index++) {
        const token = tokens[index]
        if (token !== undefined && (await isRevoked(token))) revoked++
      }
      const now = performance.now()
      if (now - startedAt > warmUpMs) samples.push(((now - sampledAt) * 1_000) / perSample)
    }
    assert.equal(revoked, revokedCount)
    await setImmediate()
  }
  samples.sort((a, b) => a - b)
  const percentile = (/** @type {number} */ share) => samples[Math.ceil(samples.length * share) - 1]
  return { p50: percentile(0.5), p99: percentile(0.99) }
}
