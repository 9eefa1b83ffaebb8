// @ts-check
import { isSameGroup } from '../results/format.mjs'

/**
 * @typedef {import('../results/format.mjs').BenchmarkResult} BenchmarkResult
 * @typedef {import('../results/format.mjs').Series} Series
 */

/**
 * Returns the name of the baseline of a processor. What a check costs relative to a yardstick
 * differs between processors: a mirror costs 0.9 of bare caches on one, and the same code 1.6 on
 * another.
 *
 * @param {string} cpu
 */
export function baselineName(cpu) {
  return `guard on ${cpu}`
}

/**
 * Returns the baseline of a processor. That of one that was never measured has the highest figures
 * of all others.
 *
 * @param {Readonly<Record<string, BenchmarkResult>>} baselines by name
 * @param {string} cpu
 */
export function baselineOf(baselines, cpu) {
  const own = baselines[baselineName(cpu)]
  if (own !== undefined) return own
  const [first, ...others] = Object.values(baselines)
  if (first === undefined) throw new Error('There is no baseline. --write writes one.')
  return others.reduce(withHigher, first)
}

/** @param {BenchmarkResult} one @param {BenchmarkResult} other @returns {BenchmarkResult} */
function withHigher(one, other) {
  const series = one.series.map((own) => {
    const like = other.series.find((its) => isSameSeries(own, its))
    return like !== undefined && like.median > own.median ? like : own
  })
  const added = other.series.filter((its) => !one.series.some((own) => isSameSeries(own, its)))
  return { ...one, series: [...series, ...added] }
}

/** @param {Series} one @param {Series} other */
export function isSameSeries(one, other) {
  return one.variant === other.variant && one.metric === other.metric && isSameGroup(one.group, other.group)
}
